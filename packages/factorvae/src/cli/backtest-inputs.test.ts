import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bytesOf, pricesFile, runCommand, sharedRun, smallSettings, temporaryFolder } from "./command.samples.js";

const json = (...path: readonly string[]) => JSON.parse(bytesOf(...path).toString());

/** Dates of a prices file, and closes by date of one of its symbols. */
function closesIn(prices: string, symbol: string): Map<string, number> {
  const [header, ...rows] = readFileSync(prices, "utf8").trimEnd().split("\n");
  const names = header.split(",");
  const [dateAt, symbolAt, closeAt] = ["date", "symbol", "close"].map((name) => names.indexOf(name));
  const cells = rows.map((row) => row.split(","));
  return new Map(cells.filter((row) => row[symbolAt] === symbol).map((row) => [row[dateAt], Number(row[closeAt])]));
}

function symbolsIn(prices: string): string[] {
  const [header, ...rows] = readFileSync(prices, "utf8").trimEnd().split("\n");
  const at = header.split(",").indexOf("symbol");
  return [...new Set(rows.map((row) => row.split(",")[at]))].sort();
}

const datesIn = (prices: string): string[] =>
  [...new Set(symbolsIn(prices).flatMap((symbol) => [...closesIn(prices, symbol).keys()]))].sort();

/** An index that grows by a thousandth a date, with a column for its symbol or without. */
function indexFile(folder: string, prices: string, { named = true, name = "index.csv", until = 1000 } = {}): string {
  const file = join(folder, name);
  const rows = datesIn(prices)
    .slice(0, until)
    .map((date, t) => `${date},${named ? "SPX," : ""}${1000 * 1.001 ** t},0\n`);
  const other = named ? [`${datesIn(prices)[0]},NDX,7,0\n`] : [];
  writeFileSync(file, `Date,${named ? "Ticker," : ""}Close,Volume\n${[...rows, ...other].join("")}`);
  return file;
}

describe("backtest.benchmark", () => {
  const shared = sharedRun();
  const command = () => [
    ...["backtest", "--predictions", join(shared.run, "predictions.csv"), "--data", shared.prices, "--json"],
  ];
  const against = (named: string) => runCommand([...command(), "--set", `backtest.benchmark=${named}`]);

  it("sets the strategy beside the index, whether a column says its symbol or none does", async () => {
    const folder = temporaryFolder();
    const plain = JSON.parse((await runCommand(command())).stdout);
    for (const file of [
      indexFile(folder, shared.prices),
      indexFile(folder, shared.prices, { named: false, name: "a:b.csv" }),
    ]) {
      const { code, stdout } = await against(`${file}:SPX`);
      expect(code).toBe(0);
      const { benchmarkName, benchmark, withCosts, days } = JSON.parse(stdout);
      expect(benchmarkName).toBe("SPX");
      expect(benchmark.totalReturn).toBeCloseTo(1.001 ** days - 1, 10);
      expect(benchmark.volatility).toBeCloseTo(0, 10);
      expect(withCosts).toEqual(plain.withCosts);
    }
  });

  it("names what is wrong with it: no symbol, another one, no file, a date without a price", async () => {
    const folder = temporaryFolder();
    const file = indexFile(folder, shared.prices);
    const refusals: readonly (readonly [string, RegExp])[] = [
      [file, /index\.csv: backtest\.benchmark names no symbol; write FILE:SYMBOL/],
      [`${file}:DAX`, /index\.csv: there is no row of the benchmark "DAX"; its symbols are SPX, NDX/],
      [join(folder, "none.csv:SPX"), /none\.csv: there is no such file/],
      [`${file}:NDX`, /the benchmark NDX has no price on \d{4}-\d{2}-\d{2}; it needs one on each of the/],
    ];
    for (const [named, message] of refusals)
      expect(await against(named)).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(message) });
  });
});

describe("a run with a benchmark and a universe of its backtest", () => {
  it("keeps both in its record, holds and compares with them alone, and is not resumed on others", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const index = indexFile(folder, prices);
    const held = symbolsIn(prices).slice(0, 12);
    const universe = join(folder, "liquid.csv");
    writeFileSync(universe, `symbol,from,to\n${held.map((symbol) => `${symbol},2000-01-01,\n`).join("")}`);
    const more = [`backtest.benchmark=${index}:SPX`, `backtest.universe=${universe}`].flatMap((one) => ["--set", one]);
    const run = join(folder, "run");
    const train = ["train", "--data", prices, "--out", run, ...smallSettings, ...more];
    expect(await runCommand(train)).toMatchObject({ code: 0 });
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(json(run, "config.json").input).toMatchObject({
      benchmark: { file: "index.csv", symbol: "SPX", sha256: hash },
      backtestUniverse: { file: "liquid.csv", sha256: hash },
    });
    const { backtest, test } = json(run, "summary.json");
    expect(backtest).toMatchObject({ benchmarkName: "SPX", k: 2 });
    expect(backtest.notes.join()).toMatch(/\d+ scores of stocks outside the universe that may be held were left out/);

    // The same scores, kept to that universe by hand, are traded alike; the model's figures are of all.
    const [header, ...rows] = bytesOf(run, "predictions.csv").toString().trimEnd().split("\n");
    const scores = join(folder, "held.csv");
    writeFileSync(scores, `${[header, ...rows.filter((row) => held.includes(row.split(",")[1]))].join("\n")}\n`);
    const traded = await runCommand(["backtest", "--predictions", scores, "--data", prices, "--json"]);
    expect(JSON.parse(traded.stdout).withCosts).toEqual(backtest.withCosts);
    const all = await runCommand(["evaluate", "--predictions", join(run, "predictions.csv"), "--json"]);
    expect(JSON.parse(all.stdout).rankIc).toBe(test.rankIc);

    writeFileSync(universe, `${readFileSync(universe, "utf8")}NOWHERE,2000-01-01,\n`);
    expect(await runCommand([...train, "--resume"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("was trained on another universe of the backtest: liquid.csv"),
    });
  });

  it("looks before it trains: a benchmark that ends too early, or a universe of nobody, leaves nothing behind", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const train = ["train", "--data", prices, "--out", join(folder, "run"), ...smallSettings, "--set"];
    const short = indexFile(folder, prices, { until: 140 });
    const early = await runCommand([...train, `backtest.benchmark=${short}:SPX`]);
    expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining("the benchmark SPX has no price on") });
    const universe = join(folder, "gone.csv");
    writeFileSync(universe, `symbol,from,to\n${symbolsIn(prices)[0]},2000-01-01,2000-12-31\n`);
    const nobody = await runCommand([...train, `backtest.universe=${universe}`]);
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining("no stock of ") });
    for (const { stderr } of [early, nobody]) expect(stderr).not.toContain("epoch");
    expect(() => readFileSync(join(folder, "run", "config.json"))).toThrow("ENOENT");
  });
});
