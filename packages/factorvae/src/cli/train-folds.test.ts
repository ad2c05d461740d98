import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "../config.js";
import { readPrices } from "../data/read.js";
import { predictionsCsv } from "../predictions/predictions-csv.js";
import { walkForward } from "../train/walk-forward.js";
import {
  bytesOf,
  listing,
  pricesFile,
  runCommand,
  sharedFolder,
  smallSettings,
  temporaryFolder,
  trainedRun,
} from "./command.samples.js";

const json = (...path: readonly string[]) => JSON.parse(bytesOf(...path).toString());

const walking = ["--set", "split={trainDays: 60, validDays: 30, testDays: 25, embargo: 2}", "--set", "train.epochs=2"];

const foldFiles = [
  "backtest.csv",
  "checkpoint",
  "checkpoint/latest.safetensors",
  "config.json",
  "fit.json",
  "metrics.jsonl",
  "model.safetensors",
  "predictions.csv",
  "report.html",
  "summary.json",
];

const wholeWalk = (folds: number): string[] =>
  [
    ...["backtest.csv", "config.json", "metrics.jsonl", "predictions.csv", "report.html", "summary.json"],
    ...Array.from({ length: folds }, (_, at) => `fold-${at + 1}`).flatMap((fold) => [
      fold,
      ...foldFiles.map((name) => `${fold}/${name}`),
    ]),
  ].sort();

describe("factorvae train with split.trainDays", () => {
  const shared = sharedFolder(async (folder) => {
    const prices = pricesFile(folder);
    return { prices, run: await trainedRun(folder, prices, walking) };
  });

  it("trains a run folder a fold, and joins their tests to the very scores and figures of the library", async () => {
    const { prices, run } = shared();
    expect(listing(run)).toEqual(wholeWalk(3));
    const { settings } = json(run, "config.json");
    expect(settings.split).toEqual({ trainDays: 60, validDays: 30, testDays: 25, trainWindow: "rolling", embargo: 2 });
    const panel = await readPrices(prices);
    const { predictions, test, folds } = await walkForward(panel, resolveConfig(settings));
    expect(bytesOf(run, "predictions.csv").toString()).toBe(predictionsCsv(predictions));
    const summary = json(run, "summary.json");
    expect(summary.test).toEqual(JSON.parse(JSON.stringify(test)));
    expect(summary.folds.map(({ test: own }: { test: unknown }) => own)).toEqual(
      JSON.parse(JSON.stringify(folds.map((fold) => fold.test))),
    );
    expect(summary.folds.map(({ folder }: { folder: string }) => folder)).toEqual(["fold-1", "fold-2", "fold-3"]);
    expect(summary.folds[1]).toMatchObject({ ...folds[1].run.edges, training: { bestEpoch: folds[1].bestEpoch } });
    expect(summary.rows.read).toBe(summary.rows.used);
    const epochs = bytesOf(run, "metrics.jsonl")
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(epochs.map(({ fold, epoch }) => [fold, epoch])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
      [3, 1],
      [3, 2],
    ]);
    expect(bytesOf(run, "report.html").toString()).toContain("<title>FactorVAE on prices.csv, walk forward</title>");
  });

  it("keeps the features of each fold in a store that is named, and scores alike", async () => {
    const { prices, run } = shared();
    const folder = temporaryFolder();
    const store = join(folder, "features.store");
    const stored = await trainedRun(folder, prices, [...walking, "--store", store]);
    expect(existsSync(store)).toBe(true);
    expect(bytesOf(stored, "predictions.csv").equals(bytesOf(run, "predictions.csv"))).toBe(true);
  });

  it("says which fold is trained, on a terminal and elsewhere, and ends with the figures of all and of each", async () => {
    const folder = temporaryFolder();
    const train = ["train", "--data", shared().prices, "--out", join(folder, "lines"), ...smallSettings, ...walking];
    const lines = await runCommand(train);
    expect(lines.stderr).toMatch(/^fold 2 of 3: epoch 1 of 2: loss/m);
    expect(lines.stdout).toMatch(/all +fold-1 +fold-2 +fold-3/);
    const terminal = await runCommand(
      ["train", "--data", shared().prices, "--out", join(folder, "terminal"), ...smallSettings, ...walking],
      { isTTY: true },
    );
    expect(terminal.stderr).toContain("fold 3 of 3: epoch 2 of 2 [");
  });

  it("gives runs that predict, audit and report take: of the whole, the newest fold's", async () => {
    const { prices, run } = shared();
    const folder = temporaryFolder();
    const predicted = async (of: string) => {
      const out = join(folder, "scores.csv");
      const { code, stderr } = await runCommand(["predict", "--run", of, "--data", prices, "--out", out]);
      expect(code).toBe(0);
      return { scores: bytesOf(out).toString(), stderr };
    };
    const whole = await predicted(run);
    expect(whole.stderr).toContain(`scoring by the newest fold, ${join(run, "fold-3")}`);
    expect((await predicted(join(run, "fold-3"))).scores).toBe(whole.scores);
    expect((await predicted(join(run, "fold-1"))).scores).not.toBe(whole.scores);
    const { stdout } = await runCommand(["audit", "--run", run, "--data", prices]);
    // The label's scale and the number of days are those of an embargo.
    expect(stdout).toMatch(/^pass +embargo/m);
    expect(stdout).toMatch(/^pass +stored-scores/m);
    expect(stdout).toMatch(/^pass +selection/m);
    const page = join(folder, "page.html");
    expect((await runCommand(["report", "--run", run, "--out", page])).code).toBe(0);
    expect(bytesOf(page).equals(bytesOf(run, "report.html"))).toBe(true);
  });

  it("goes on after an interruption in any fold to the same bytes; until then the whole predicts nothing", async () => {
    const { prices, run } = shared();
    const folder = temporaryFolder();
    const out = join(folder, "broken");
    const command = ["train", "--data", prices, "--out", out, ...smallSettings, ...walking];
    const early = await runCommand(command, { interruptAt: "fold 1 of 3: training" });
    expect(early).toMatchObject({ code: 130, stderr: expect.stringContaining("nothing was kept") });
    expect(existsSync(out)).toBe(false);
    const first = await runCommand(command, { interruptAt: "fold 2 of 3: epoch 1 of 2: loss" });
    expect(first.code).toBe(130);
    expect(first.stderr).toMatch(/interrupted in fold 2 of 3; .*broken holds what was finished, .*--resume goes on\n$/);
    expect(existsSync(join(out, "summary.json"))).toBe(false);
    const scores = ["predict", "--data", prices, "--out", join(folder, "scores.csv"), "--run"];
    expect(await runCommand([...scores, out])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is a walk forward that has not ended; finish it with train --resume"),
    });
    expect((await runCommand([...scores, join(out, "fold-1")])).code).toBe(0);
    const again = await runCommand([...command, "--resume"], { interruptAt: "fold 3 of 3: training" });
    expect(again.code).toBe(130);
    expect(again.stderr).toContain("fold 1 of 3: is there");
    expect(again.stderr).toContain("going on after epoch 1");
    const last = await runCommand([...command, "--resume"]);
    expect(last.code).toBe(0);
    for (const name of ["predictions.csv", "summary.json", "report.html", "backtest.csv", "fold-2/model.safetensors"])
      expect(bytesOf(out, name).equals(bytesOf(run, name))).toBe(true);
    const other = await runCommand([...command, "--set", "train.epochs=3", "--resume"]);
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining("train.epochs was 2 and is now 3") });
  });

  it("is replaced by --force, folds and all, and an earlier run stays until there is a checkpoint in its place", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const run = await trainedRun(folder, prices, walking);
    writeFileSync(join(run, "fold-2", "notes.txt"), "mine");
    const before = listing(run);
    const command = ["train", "--data", prices, "--out", run, ...smallSettings, "--set", "train.epochs=1"];
    expect((await runCommand(command)).code).toBe(1);
    const early = await runCommand([...command, ...walking, "--set", "train.daysPerStep=1", "--force"], {
      interruptAt: "fold 1 of 3: epoch 1 of 2: step",
    });
    expect(early.code).toBe(130);
    expect(listing(run)).toEqual(before);
    expect((await runCommand([...command, "--force"])).code).toBe(0);
    expect(listing(run)).toEqual([...foldFiles, "fold-2", "fold-2/notes.txt"].sort());
    rmSync(join(run, "fold-2"), { recursive: true });
    expect((await runCommand([...command, ...walking, "--force"])).code).toBe(0);
    expect(listing(run)).toEqual(wholeWalk(3));
  });

  it("refuses what cannot be walked before it trains or writes anything", async () => {
    const folder = temporaryFolder();
    const { prices } = shared();
    const out = join(folder, "run");
    const train = (...settings: readonly string[]) =>
      runCommand([
        "train",
        "--data",
        prices,
        "--out",
        out,
        ...smallSettings,
        ...settings.flatMap((one) => ["--set", one]),
      ]);
    expect(await train("split={trainDays: 120, validDays: 30, testDays: 20}")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("150 dates are too few for 120 of training, 30 of validation and a test date"),
    });
    expect(await train("split={trainDays: 60, validDays: 30, testDays: 29}", "label.kind=next-day")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("its first trade needs two later dates"),
    });
    expect(await train("split={trainDays: 60, validDays: 30, testDays: 25}", "backtest.k=15")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("k = 15 is more than a fifth"),
    });
    expect(existsSync(out)).toBe(false);
  });
});
