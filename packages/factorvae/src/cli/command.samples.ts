import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { simulate } from "../data/simulate.js";
import { pricesCsv } from "../data/simulate-csv.js";
import { writeWholeFile } from "../run/whole-file.js";
import { main } from "./main.js";

/** What a command did. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run. */
export interface RunOptions {
  /** Whether stderr is a terminal. */
  readonly isTTY?: boolean;
  /** Interrupts the command as soon as stderr holds this text. */
  readonly interruptAt?: string;
}

/** Runs a command in this process, with streams and a clock of its own: each look at the clock is one second later. */
export async function runCommand(
  argv: readonly string[],
  { isTTY = false, interruptAt }: RunOptions = {},
): Promise<Outcome> {
  const interruption = new AbortController();
  const collected = { stdout: "", stderr: "" };
  const collecting = (name: keyof typeof collected) =>
    new PassThrough().on("data", (piece: Buffer) => {
      collected[name] += piece.toString();
      if (interruptAt !== undefined && collected.stderr.includes(interruptAt)) interruption.abort();
    });
  let time = 0;
  const code = await main(argv, {
    stdout: collecting("stdout"),
    stderr: Object.assign(collecting("stderr"), { isTTY }),
    signal: interruption.signal,
    now: () => (time += 1000),
  });
  // What was written last reaches its reader in a later turn.
  await new Promise((resolve) => setTimeout(resolve, 0));
  return { code, ...collected };
}

/** An empty folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "factorvae-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Every file and folder below a folder, sorted. */
export const listing = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();

/** Writes the prices of a small simulated market, gzipped if the name says so; returns the file. */
export function pricesFile(folder: string, { name = "prices.csv", days = 150, seed = 3 } = {}): string {
  const path = join(folder, name);
  writeWholeFile(path, pricesCsv(simulate({ seed, stocks: 20, days }).panel));
  return path;
}

/** Settings by which a small market is trained in about a second. */
export const smallSettings: readonly string[] = [
  "features.names=[KLEN, KLOW, STD5, ROC5]",
  "window.steps=5",
  "model={hidden: 4, portfolios: 4, factors: 2}",
  "train.epochs=3",
  "train.firstEpoch=1",
  "train.daysPerStep=4",
  "train.minimumDays=20",
].flatMap((setting) => ["--set", setting]);

/** Trains a small run beside the prices; returns its folder. */
export async function trainedRun(folder: string, prices: string, more: readonly string[] = []): Promise<string> {
  const run = join(folder, "run");
  const { code, stderr } = await runCommand(["train", "--data", prices, "--out", run, ...smallSettings, ...more]);
  if (code !== 0) throw new Error(`training a sample failed: ${stderr}`);
  return run;
}

/** What is made in a folder once for the tests of a file, which must leave it as it is. */
export function sharedFolder<Made>(make: (folder: string) => Promise<Made>): () => Made {
  let made: Made | undefined;
  let folder = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "factorvae-"));
    made = await make(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => {
    if (made === undefined) throw new Error("sharedFolder: asked for before the tests began");
    return made;
  };
}

/** A run and its prices, made once for the tests of a file, which must leave them as they are. */
export function sharedRun(): { readonly run: string; readonly prices: string } {
  const made = sharedFolder(async (folder) => {
    const prices = pricesFile(folder);
    return { prices, run: await trainedRun(folder, prices) };
  });
  return {
    get run() {
      return made().run;
    },
    get prices() {
      return made().prices;
    },
  };
}

/** The bytes of a file. */
export const bytesOf = (...path: readonly string[]): Buffer => readFileSync(join(...path));
