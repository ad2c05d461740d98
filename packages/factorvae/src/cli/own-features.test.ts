import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bytesOf, pricesFile, runCommand, smallSettings, temporaryFolder, trainedRun } from "./command.samples.js";

const json = (...path: readonly string[]) => JSON.parse(bytesOf(...path).toString());

/** Prices, and two columns of features of the same rows and of a symbol that the prices lack. */
function ownFeatures(folder: string): { readonly prices: string; readonly own: string } {
  const prices = pricesFile(folder);
  const [header, ...rows] = readFileSync(prices, "utf8").trimEnd().split("\n");
  const [dateAt, symbolAt, closeAt] = ["date", "symbol", "close"].map((name) => header.split(",").indexOf(name));
  const own = join(folder, "estimates.csv");
  const lines = rows.map((row, at) => {
    const fields = row.split(",");
    return `${fields[dateAt].replaceAll("-", "")},${fields[symbolAt]},${(at * 7919) % 101},${fields[closeAt]}`;
  });
  writeFileSync(own, ["trade_date,ts_code,pe,price", ...lines, "20100104,NOWHERE,1,2", ""].join("\n"));
  return { prices, own };
}

describe("--features", () => {
  it("adds a file's columns to the features of train, which the run keeps, and predict needs them again", async () => {
    const folder = temporaryFolder();
    const { prices, own } = ownFeatures(folder);
    const run = await trainedRun(folder, prices, ["--features", own]);
    const names = ["KLEN", "KLOW", "STD5", "ROC5", "pe", "price"];
    const { settings, input } = json(run, "config.json");
    expect(settings.features.columns).toEqual(["pe", "price"]);
    expect(input.features).toEqual([
      { file: "estimates.csv", sha256: expect.stringMatching(/^[0-9a-f]{64}$/), names: ["pe", "price"] },
    ]);
    expect(json(run, "fit.json").normaliser.names).toEqual(names);
    const summary = json(run, "summary.json");
    const [{ file, rows }] = summary.features;
    expect(file).toBe("estimates.csv");
    expect(rows.read).toBe(rows.used + rows.dropped.symbolNotInPrices.count);
    expect(rows.dropped.symbolNotInPrices.example).toMatch(/estimates\.csv, line \d+: NOWHERE on 2010-01-04/);
    expect(summary.notes).toContainEqual(expect.stringMatching(/^Of the \d+ rows of estimates\.csv 1 are not used/));

    const out = join(folder, "scores.csv");
    const predict = ["predict", "--run", run, "--data", prices, "--out", out];
    const without = await runCommand(predict);
    expect(without).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("trained with the features of estimates.csv (pe, price); give them"),
    });
    const lacking = join(folder, "other.csv");
    writeFileSync(lacking, readFileSync(own, "utf8").replace("pe,price", "pe,cost"));
    expect(await runCommand([...predict, "--features", lacking])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("trained with price of estimates.csv, which other.csv lacks"),
    });
    const { code } = await runCommand([...predict, "--features", own]);
    expect(code).toBe(0);
    const trained = bytesOf(run, "predictions.csv").toString().trimEnd().split("\n");
    const newest = trained[trained.length - 1].slice(0, 10);
    expect(readFileSync(out, "utf8").trimEnd().split("\n").slice(1)).toEqual(
      trained.filter((line) => line.startsWith(newest)),
    );
    const unit = join(folder, "unit.csv");
    writeFileSync(unit, readFileSync(own, "utf8").replace(/,(\d+)(,[^,]*\n)/g, ",10$100$2"));
    const drifted = await runCommand([...predict, "--features", unit, "--json"]);
    expect(drifted.stderr).toMatch(
      /^drift: [\d.]+ % of the features' .* \(pe [\d.]+ %, 0\.0 % then\): these data are/m,
    );
    expect(JSON.parse(drifted.stdout).clipped).toMatchObject({ isDrifted: true, features: [{ name: "pe" }] });
    const { clipped, ...earlier } = json(run, "fit.json");
    expect(clipped.byFeature).toHaveLength(names.length);
    writeFileSync(join(run, "fit.json"), JSON.stringify(earlier));
    const unknown = await runCommand([...predict, "--features", own, "--json"]);
    expect(unknown.code).toBe(0);
    expect(JSON.parse(unknown.stdout)).not.toHaveProperty("clipped");

    const resume = ["train", "--data", prices, "--out", run, ...smallSettings, "--features", lacking, "--resume"];
    expect(await runCommand(resume)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("was trained with other features: estimates.csv, now other.csv"),
    });
  });

  it("are the only features where features.names=[] says so, for train, features and audit", async () => {
    const folder = temporaryFolder();
    const { prices, own } = ownFeatures(folder);
    const only = ["--features", own, "--set", "features.names=[]"];
    const run = await trainedRun(folder, prices, only);
    expect(json(run, "fit.json").normaliser.names).toEqual(["pe", "price"]);
    const table = join(folder, "table.csv");
    expect((await runCommand(["features", "--data", prices, "--out", table, ...only])).code).toBe(0);
    expect(readFileSync(table, "utf8").split("\n")[0]).toBe("date,symbol,pe,price");
    const all = join(folder, "all.csv");
    expect((await runCommand(["features", "--data", prices, "--out", all, "--features", own])).code).toBe(0);
    expect(readFileSync(all, "utf8").split("\n")[0].split(",")).toHaveLength(2 + 157 + 2);
    const audit = ["audit", "--run", run, "--data", prices];
    expect((await runCommand(audit)).stderr).toContain("trained with the features of estimates.csv");
    const { stdout, stderr } = await runCommand([...audit, "--features", own]);
    expect(stderr).not.toContain("is not the file");
    expect(stdout).toMatch(/^pass +normaliser/m);
  });

  it("refuse a name that is taken, and files for a run that was trained without; nothing is written", async () => {
    const folder = temporaryFolder();
    const { prices, own } = ownFeatures(folder);
    const clash = join(folder, "clash.csv");
    writeFileSync(clash, readFileSync(own, "utf8").replace("pe,price", "pe,volume"));
    const out = join(folder, "run");
    const train = ["train", "--data", prices, "--out", out, ...smallSettings, "--features"];
    expect(await runCommand([...train, clash])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('clash.csv, column "volume": this is already the name of a field of the prices'),
    });
    const run = await trainedRun(folder, prices);
    const scores = join(folder, "scores.csv");
    const predict = ["predict", "--run", run, "--data", prices, "--features", own, "--out"];
    expect(await runCommand([...predict, scores])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("trained without features made elsewhere; leave it out"),
    });
    expect((await runCommand([...predict, own])).stderr).toContain("is the file");
  });
});
