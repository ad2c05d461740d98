import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bytesOf, listing, pricesFile, runCommand, smallSettings, temporaryFolder } from "./command.samples.js";

const header = "date,symbol,open,high,low,close,volume";

/** Twenty rows of ten stocks on two days. */
const rows = Array.from({ length: 20 }, (_, row) => `2020-01-0${1 + (row % 2)},S${row >> 1},9,11,8,1${row % 7},100`);

const lines = (...text: readonly string[]): string => `${text.join("\n")}\n`;

/** What is wrong with a prices file, its text, and what the message has to name. */
const badFiles: readonly (readonly [what: string, text: string, named: RegExp])[] = [
  ["an empty file", "", /prices\.csv: the file is empty/],
  ["a header without rows", `${header}\n`, /prices\.csv: the file has a header but no rows/],
  [
    "no column that is a date",
    lines(header.replace("date", "when"), ...rows),
    /no column is recognised as the date; .*"when".* with data\.columns\.date/,
  ],
  [
    "no column that is a symbol",
    lines(header.replace("symbol", "who"), ...rows),
    /no column is recognised as the symbol; .*"who".* with data\.columns\.symbol/,
  ],
  [
    "no column that is a close",
    lines(header.replace("close", "last"), ...rows),
    /no column is recognised as the close; .*"last".* with data\.columns\.close/,
  ],
  [
    "text where numbers belong",
    lines(header, ...rows.map((row) => row.replace(/,1\d,100$/, ",ten,100"))),
    /line 2, column "close", value "ten"/,
  ],
  ["one single day", lines(header, ...rows.filter((row) => row.startsWith("2020-01-01"))), /a single date, 2020-01-01/],
  ["one single stock", lines(header, ...rows.filter((row) => row.includes(",S3,"))), /a single symbol, "S3"/],
  ["too few days to train on", lines(header, ...rows), /train.*split has 1 of 2 dates/],
  [
    "a comma that may be a decimal mark",
    lines(header, ...rows)
      .replaceAll(",", ";")
      .replace(";11;", ";11,5;"),
    /value "11,5": .* set data\.decimalMark to/,
  ],
  [
    "two rows of one stock and day that differ",
    lines(header, ...rows, rows[0].replace(",9,", ",9.5,")),
    /second row for S0 .*; set data\.duplicates=first or data\.duplicates=last/,
  ],
  ["a Parquet file", "PAR1 and more", /the Parquet file cannot be read/],
];

/** Runs a command that must fail: code 1 or 2, nothing on stdout, one line that begins with `error:`, no file changed. */
async function failing(folder: string, argv: readonly string[]): Promise<{ code: number; message: string }> {
  const before = listing(folder);
  const { code, stdout, stderr } = await runCommand(argv);
  expect(listing(folder)).toEqual(before);
  expect(stdout).toBe("");
  const messages = stderr.split("\n").filter((line) => line.startsWith("error: "));
  expect(messages).toHaveLength(1);
  return { code, message: messages[0] };
}

describe("bad input ends with one sentence that names it, and leaves nothing behind", () => {
  it("a prices file that does not exist", async () => {
    const folder = temporaryFolder();
    const absent = join(folder, "absent.csv");
    for (const argv of [
      ["train", "--data", absent, "--out", join(folder, "run")],
      ["features", "--data", absent, "--out", join(folder, "features.csv")],
      ["backtest", "--data", absent, "--predictions", absent],
      ["evaluate", "--predictions", absent],
      ["report", "--predictions", absent, "--data", absent, "--out", join(folder, "report.html")],
    ]) {
      const { code, message } = await failing(folder, argv);
      expect({ code, message }).toEqual({
        code: 1,
        message: expect.stringMatching(/absent\.csv: there is no such file/),
      });
    }
  });

  it.each(badFiles)("%s", async (_, text, named) => {
    const folder = temporaryFolder();
    const prices = join(folder, "prices.csv");
    writeFileSync(prices, text);
    const { code, message } = await failing(folder, ["train", "--data", prices, "--out", join(folder, "run")]);
    expect({ code, message }).toEqual({ code: 1, message: expect.stringMatching(named) });
  });

  it("a misspelt setting, on the command line and in a file, with the right name", async () => {
    const folder = temporaryFolder();
    const command = ["train", "--data", pricesFile(folder), "--out", join(folder, "run")];
    const config = join(folder, "settings.yaml");
    writeFileSync(config, "train:\n  epoch: 3\n");
    for (const more of [
      ["--config", config],
      ["--set", "train.epoch=3"],
    ]) {
      const { code, message } = await failing(folder, [...command, ...more]);
      expect({ code, message }).toEqual({ code: 1, message: expect.stringMatching(/train\.epoch\b.*train\.epochs/) });
    }
    const split = await failing(folder, [...command, "--set", "split={train: 0.5, vaild: 0.3, test: 0.2}"]);
    expect(split).toEqual({ code: 1, message: expect.stringContaining("split.vaild") });
  });

  it("settings that are none", async () => {
    const folder = temporaryFolder();
    const command = ["train", "--data", pricesFile(folder), "--out", join(folder, "run")];
    const config = join(folder, "settings.yaml");
    const inFile = async (text: string) => {
      writeFileSync(config, text);
      return failing(folder, [...command, "--config", config]);
    };
    expect(await inFile("train: [1, 2\n")).toEqual({ code: 1, message: expect.stringContaining(config) });
    expect(await inFile("- 1\n")).toEqual({ code: 1, message: expect.stringContaining("holds no settings by name") });
    const set = (text: string) => failing(folder, [...command, "--set", text]);
    expect(await set("train.epochs")).toEqual({ code: 1, message: expect.stringContaining("sets nothing") });
    expect(await set("train.epochs=many")).toEqual({
      code: 1,
      message: expect.stringContaining("train.epochs must be"),
    });
    expect(await set("seed.of=1")).toEqual({ code: 1, message: expect.stringContaining("seed must be") });
    expect(await set("__proto__.seed=1")).toEqual({ code: 1, message: expect.stringContaining("__proto__") });
    const twice = await failing(folder, [...command, "--set", "seed=1", "--set", "seed.of=1"]);
    expect(twice).toEqual({ code: 1, message: expect.stringContaining("goes into seed, which is set to 1") });
    const absent = await failing(folder, [...command, "--config", join(folder, "absent.yaml")]);
    expect(absent).toEqual({ code: 1, message: expect.stringMatching(/there is no file .*absent\.yaml/) });
  });

  it("an output folder that exists, empty or not, and one that is a file", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    mkdirSync(join(folder, "empty"));
    mkdirSync(join(folder, "full"));
    writeFileSync(join(folder, "full", "file"), "");
    for (const name of ["empty", "full"]) {
      const out = join(folder, name);
      const { code, message } = await failing(folder, ["train", "--data", prices, "--out", out, ...smallSettings]);
      expect({ code, message }).toEqual({ code: 1, message: expect.stringContaining(`${out} exists already`) });
    }
    const file = await failing(folder, ["train", "--data", prices, "--out", prices]);
    expect(file).toEqual({ code: 1, message: expect.stringContaining(`${prices} is a file`) });
    const demo = await failing(folder, ["demo", "--out", join(folder, "full")]);
    expect(demo).toEqual({ code: 1, message: expect.stringContaining("holds other files and no run") });
  });

  it("an output that would replace what the command reads, by whatever path", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const link = join(folder, "link.csv");
    symlinkSync(prices, link);
    const before = bytesOf(prices);
    for (const argv of [
      ["predict", "--run", join(folder, "run"), "--data", prices, "--out", prices],
      ["predict", "--run", join(folder, "run"), "--data", link, "--out", prices, "--append"],
      ["features", "--data", join(folder, ".", "link.csv"), "--out", prices],
      ["report", "--predictions", join(folder, "scores.csv"), "--data", prices, "--out", link],
    ]) {
      const { code, message } = await failing(folder, argv);
      expect({ code, message }).toEqual({ code: 1, message: expect.stringContaining("that the command reads") });
    }
    expect(bytesOf(prices).equals(before)).toBe(true);
  });

  it("a split that the scores do not have", async () => {
    const folder = temporaryFolder();
    const scores = join(folder, "scores.csv");
    writeFileSync(scores, "date,symbol,score,label\n2020-01-02,A,1,0.1\n2020-01-02,B,2,0.2\n");
    for (const argv of [
      ["evaluate", "--predictions", scores, "--split", "new"],
      ["backtest", "--predictions", scores, "--data", pricesFile(folder), "--split", "new"],
    ]) {
      const { code, message } = await failing(folder, argv);
      expect({ code, message }).toEqual({
        code: 1,
        message: `error: ${scores}: no row is of the split new; there is test: name one of these, or all (--split)`,
      });
    }
  });

  it("a place that cannot be written to", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const below = join(prices, "inner");
    const run = await failing(folder, ["train", "--data", prices, "--out", below, ...smallSettings]);
    expect(run).toEqual({ code: 1, message: expect.stringContaining(below) });
    const market = join(below, "market.csv");
    const simulated = await failing(folder, ["simulate", "--out", market, "--stocks", "10", "--days", "30"]);
    expect(simulated).toEqual({ code: 1, message: expect.stringContaining(`${market} cannot be written`) });
  });

  it("a run that is none, or not finished", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const out = join(folder, "out");
    const unfinished = join(folder, "unfinished");
    await runCommand(["train", "--data", prices, "--out", unfinished, ...smallSettings], {
      interruptAt: "epoch 1 of 3: loss",
    });
    for (const [run, reason] of [
      [folder, "is no run folder"],
      [unfinished, "finish it with train --resume"],
    ]) {
      const predicted = await failing(folder, ["predict", "--run", run, "--data", prices, "--out", out]);
      expect(predicted).toEqual({ code: 1, message: expect.stringContaining(reason) });
      const reported = await failing(folder, ["report", "--run", run, "--out", out]);
      expect(reported).toEqual({ code: 1, message: expect.stringContaining(reason) });
    }
  });
});
