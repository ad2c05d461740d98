import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bytesOf, pricesFile, runCommand, sharedRun, temporaryFolder } from "./command.samples.js";

/** A file with some columns of `predictions.csv` under other names. */
function selected(folder: string, run: string, name: string, columns: Readonly<Record<string, string>>): string {
  const [header, ...rows] = bytesOf(run, "predictions.csv")
    .toString()
    .trimEnd()
    .split("\n")
    .map((row) => row.split(","));
  const positions = Object.keys(columns).map((column) => header.indexOf(column));
  const lines = [Object.values(columns), ...rows.map((row) => positions.map((position) => row[position]))];
  const path = join(folder, name);
  writeFileSync(path, `${lines.map((line) => line.join(",")).join("\n")}\n`);
  return path;
}

const shared = sharedRun();

const parsed = async (argv: readonly string[]) => {
  const { code, stdout, stderr } = await runCommand(argv);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout);
};

describe("factorvae evaluate, backtest and report", () => {
  it("give of a run's scores the figures that its summary holds", async () => {
    const folder = temporaryFolder();
    const { prices } = shared;
    const { run } = shared;
    const summary = JSON.parse(bytesOf(run, "summary.json").toString());
    const scores = join(run, "predictions.csv");
    for (const split of ["valid", "test"]) {
      // The covariance, which the portfolio's figure takes, is not in a scores file.
      const { portfolioSquaredZ, ...expected } = summary[split];
      expect(portfolioSquaredZ).toBeGreaterThan(0);
      const command = ["evaluate", "--predictions", scores, "--split", split, "--json"];
      expect(await parsed(command)).toEqual({ split, ...expected });
      expect(await parsed([...command, "--data", prices])).toEqual({ split, ...expected });
    }
    expect(await parsed(["backtest", "--predictions", scores, "--data", prices, "--json"])).toEqual(summary.backtest);
    const out = join(folder, "again.html");
    const report = await runCommand(["report", "--run", run, "--out", out]);
    expect(report).toMatchObject({ code: 0, stdout: `${out}\n` });
    expect(bytesOf(out).equals(bytesOf(run, "report.html"))).toBe(true);
  });

  it("take anybody's scores, with labels from the prices", async () => {
    const folder = temporaryFolder();
    const { prices } = shared;
    const { run } = shared;
    const own = await parsed(["evaluate", "--predictions", join(run, "predictions.csv"), "--split", "all", "--json"]);
    const qlib = selected(folder, run, "qlib.csv", { date: "datetime", symbol: "instrument", score: "score" });
    const alphalens = selected(folder, run, "alphalens.csv", { date: "date", symbol: "asset", score: "factor" });
    for (const path of [qlib, alphalens]) {
      const figures = await parsed(["evaluate", "--predictions", path, "--data", prices, "--json"]);
      expect(figures).toMatchObject({ split: "test", days: own.days, rankIc: own.rankIc, icT: own.icT });
      const traded = await runCommand(["backtest", "--predictions", path, "--data", prices]);
      expect(traded).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/TopK-Drop, k 3, n 1, .*\n\n.*with costs/),
      });
      const out = join(folder, "report.html");
      expect(await runCommand(["report", "--predictions", path, "--data", prices, "--out", out])).toMatchObject({
        code: 0,
      });
      expect(bytesOf(out).toString()).toContain("<h2>Strategy</h2>");
    }
    const unlabelled = await runCommand(["evaluate", "--predictions", qlib]);
    expect(unlabelled).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/qlib\.csv: .*no column label; .*--data/),
    });
  });

  it("say what of a scores file they did not use", async () => {
    const folder = temporaryFolder();
    const { prices } = shared;
    const scores = selected(folder, shared.run, "scores.csv", {
      date: "date",
      symbol: "symbol",
      score: "score",
      label: "size",
    });
    appendFileSync(scores, "2010-07-30,NOBODY,0.1,1\n2010-07-30,S999,,1\n");
    const { code, stderr } = await runCommand(["evaluate", "--predictions", scores, "--data", prices]);
    expect(code).toBe(0);
    expect(stderr).toContain("columns that are not used: size");
    expect(stderr).toContain("1 rows without a score are left out");
    expect(stderr).toContain("1 scores have no price: the score of NOBODY on 2010-07-30");
  });
});

describe("factorvae predict", () => {
  it("scores the newest date by default, and older dates to the bit as the run did", async () => {
    const folder = temporaryFolder();
    const { prices } = shared;
    const { run } = shared;
    const [header, ...rows] = bytesOf(run, "predictions.csv").toString().trimEnd().split("\n");
    const newest = rows[rows.length - 1].slice(0, 10);
    const out = join(folder, "scores.csv");
    const command = ["predict", "--run", run, "--data", prices, "--out", out];
    const { code, stdout } = await runCommand(command);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`scores of ${newest} written`) });
    const onNewest = rows.filter((row) => row.startsWith(newest));
    expect(bytesOf(out).toString().trimEnd().split("\n")).toEqual([header, ...onNewest]);
    const all = await parsed([...command, "--from", rows[0].slice(0, 10), "--json"]);
    expect(all.rows).toBe(rows.length);
    expect(bytesOf(out).equals(bytesOf(run, "predictions.csv"))).toBe(true);
  });

  it("appends the dates that are not there, and leaves the others to the byte", async () => {
    const folder = temporaryFolder();
    const { prices } = shared;
    const { run } = shared;
    const whole = bytesOf(run, "predictions.csv").toString();
    const dates = [
      ...new Set(
        whole
          .split("\n")
          .slice(1, -1)
          .map((row) => row.slice(0, 10)),
      ),
    ];
    const out = join(folder, "scores.csv");
    const predict = (from: string, to: string) =>
      runCommand(["predict", "--run", run, "--data", prices, "--out", out, "--append", "--from", from, "--to", to]);
    await predict(dates[0], dates[9]);
    const marked = bytesOf(out)
      .toString()
      .replace(/,valid\n/, ",train\n");
    writeFileSync(out, marked);
    const second = await predict(dates[5], dates[12]);
    expect(second.stderr).toContain(`has them already: 5 dates, ${dates[5]} to ${dates[9]}`);
    const after = bytesOf(out).toString();
    expect(after.startsWith(marked)).toBe(true);
    expect(after.replace(",train\n", ",valid\n")).toBe(whole.slice(0, whole.indexOf(`${dates[13]},`)));
    expect(second.stderr).not.toContain("not scored");
    const gap = await runCommand(["predict", "--run", run, "--data", prices, "--out", out, "--append"]);
    expect(gap.stderr).toMatch(
      new RegExp(`not scored: \\d+ dates, ${dates[13]} to .*; --from ${dates[13]} scores them`),
    );
    writeFileSync(out, after);
    const third = await predict(dates[0], dates[12]);
    expect(third.stdout).toContain("0 scores of no date written");
    expect(bytesOf(out).toString()).toBe(after);
  });

  it("says when prices up to the last date that was scored have been restated", async () => {
    const folder = temporaryFolder();
    const { run, prices } = shared;
    const rows = bytesOf(prices).toString().trimEnd().split("\n");
    const dates = [...new Set(rows.slice(1).map((row) => row.slice(0, 10)))];
    const [newest, before] = [dates[dates.length - 1], dates[dates.length - 2]];
    const out = join(folder, "scores.csv");
    const command = (data: string) => ["predict", "--run", run, "--data", data, "--out", out, "--append"];
    await runCommand([...command(prices), "--to", before]);
    const written = bytesOf(out).toString();
    // One old close changes, within the window of the date that was scored.
    const at = rows.findIndex((row) => row.startsWith(dates[dates.length - 5]));
    const cells = rows[at].split(",");
    const close = rows[0].split(",").indexOf("close");
    cells[close] = String(Number(cells[close]) * 1.01);
    const mended = join(folder, "restated.csv");
    writeFileSync(mended, `${rows.with(at, cells.join(",")).join("\n")}\n`);
    const told = await runCommand([...command(mended), "--json"]);
    expect(told.code).toBe(0);
    expect(told.stderr).toMatch(new RegExp(`restated prices: \\d+ of \\d+ scores of ${before} would be others now`));
    expect(JSON.parse(told.stdout)).toMatchObject({ dates: [newest], restated: { date: before } });
    expect(bytesOf(out).toString().startsWith(written)).toBe(true);
    const again = await runCommand([...command(mended), "--json"]);
    expect(JSON.parse(again.stdout)).not.toHaveProperty("restated");
  });

  it("refuses to append to other columns, to a zipped file, and to what is no scores file", async () => {
    const folder = temporaryFolder();
    const { prices } = shared;
    const { run } = shared;
    const qlib = selected(folder, run, "qlib.csv", { date: "datetime", symbol: "instrument", score: "score" });
    const zipped = pricesFile(folder, { name: "zipped.csv.gz" });
    for (const [out, reason] of [
      [qlib, "the columns are datetime,instrument,score"],
      [zipped, "unpack the file"],
      [pricesFile(folder), "no column is recognised as score"],
    ]) {
      const before = bytesOf(out);
      const refused = await runCommand(["predict", "--run", run, "--data", prices, "--out", out, "--append"]);
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(reason) });
      expect(bytesOf(out).equals(before)).toBe(true);
    }
  });

  it("says how many dates of prices are missing when the look-back is too short", async () => {
    const folder = temporaryFolder();
    const { prices } = shared;
    const { run } = shared;
    const rows = bytesOf(prices).toString().split("\n");
    const dates = [...new Set(rows.slice(1, -1).map((row) => row.slice(0, 10)))];
    const short = join(folder, "short.csv");
    writeFileSync(short, rows.filter((row) => row < dates[3] || row.startsWith("date")).join("\n"));
    const out = join(folder, "scores.csv");
    const refused = await runCommand(["predict", "--run", run, "--data", short, "--out", out]);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("need 5 market dates of prices up to it, and the data has 3"),
    });
  });
});

describe("factorvae features", () => {
  it("writes every feature of every row, or those that are named", async () => {
    const folder = temporaryFolder();
    const { prices } = shared;
    const all = join(folder, "all.csv");
    expect(await runCommand(["features", "--data", prices, "--out", all])).toMatchObject({ code: 0 });
    const rows = bytesOf(all)
      .toString()
      .trimEnd()
      .split("\n")
      .map((row) => row.split(","));
    const [, ...bars] = bytesOf(prices)
      .toString()
      .trimEnd()
      .split("\n")
      .map((row) => row.split(","));
    const key = ([date, symbol]: readonly string[]): string => `${symbol} ${date}`;
    const bySymbol = bars.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
    expect(rows.slice(1).map(key)).toEqual(bySymbol.map(key));
    const [open, high, low] = bySymbol[8].slice(2, 5).map(Number);
    expect(Number(rows[9][rows[0].indexOf("KLEN")])).toBe(Math.fround((high - low) / open));
    const two = join(folder, "two.csv.gz");
    const named = await runCommand([
      "features",
      "--data",
      prices,
      "--out",
      two,
      "--set",
      "features.names=[ROC5, KLOW]",
    ]);
    expect(named.stdout).toContain("2 features of 20 stocks");
  });

  it("leaves out what needs a volume, and says so, where that is set", async () => {
    const folder = temporaryFolder();
    const prices = join(folder, "no-volume.csv");
    const rows = bytesOf(pricesFile(folder)).toString().split("\n");
    writeFileSync(prices, rows.map((row) => row.slice(0, Math.max(0, row.lastIndexOf(",")))).join("\n"));
    const command = ["features", "--data", prices, "--out", join(folder, "features.csv")];
    expect(await runCommand(command)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no volume, which .*set data\.missingVolume=leave-out/),
    });
    const without = await runCommand([...command, "--set", "data.missingVolume=leave-out"]);
    expect(without).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/left out, the prices have no volume: CORR5/),
    });
  });
});
