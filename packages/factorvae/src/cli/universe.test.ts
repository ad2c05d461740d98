import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bytesOf, pricesFile, runCommand, smallSettings, temporaryFolder, trainedRun } from "./command.samples.js";

const json = (...path: readonly string[]) => JSON.parse(bytesOf(...path).toString());

/** Prices with a column of sectors, and a universe of all but one of their stocks and one that they lack. */
function groupedPrices(folder: string): { readonly prices: string; readonly universe: string; readonly out: string } {
  const lines = readFileSync(pricesFile(folder), "utf8").trimEnd().split("\n");
  const symbolAt = lines[0].split(",").indexOf("symbol");
  const symbols = [...new Set(lines.slice(1).map((line) => line.split(",")[symbolAt]))].sort();
  const sectorOf = (symbol: string) => ["Tech", "Health"][symbols.indexOf(symbol) % 2];
  const prices = join(folder, "grouped.csv");
  const [header, ...rows] = lines;
  writeFileSync(
    prices,
    [`${header},sector`, ...rows.map((row) => `${row},${sectorOf(row.split(",")[symbolAt])}`), ""].join("\n"),
  );
  const universe = join(folder, "index.csv");
  const members = [...symbols.slice(1), "NOWHERE"];
  writeFileSync(universe, `symbol,from,to\n${members.map((symbol) => `${symbol},2000-01-01,\n`).join("")}`);
  return { prices, universe, out: symbols[0] };
}

const processors = "features.processors=[{kind: neutralise-group}, {kind: cross-section-rank}, {kind: fill-zero}]";

describe("factorvae train with a universe and groups", () => {
  it("leaves out who is not in it, says whom the prices lack, and predict applies the same again", async () => {
    const folder = temporaryFolder();
    const { prices, universe, out } = groupedPrices(folder);
    const more = [`universe.file=${universe}`, "data.columns.group=sector", processors].flatMap((one) => [
      "--set",
      one,
    ]);
    const run = await trainedRun(folder, prices, more);
    const note = "Of the universe's 20 symbols 1 are not in the prices: NOWHERE.";
    expect(json(run, "summary.json").notes).toContain(note);
    expect(json(run, "summary.json").stockDays.outOfUniverse).toBe(150);
    expect(json(run, "config.json").input.universe).toEqual({
      file: "index.csv",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(json(run, "fit.json").normaliser.processors).toEqual([
      { kind: "neutralise-group" },
      { kind: "cross-section-rank" },
      { kind: "fill-zero" },
    ]);
    const trained = bytesOf(run, "predictions.csv").toString().trimEnd().split("\n");
    expect(trained.some((line) => line.includes(`,${out},`))).toBe(false);
    const scores = join(folder, "scores.csv");
    const { code, stderr } = await runCommand(["predict", "--run", run, "--data", prices, "--out", scores]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const predicted = readFileSync(scores, "utf8").trimEnd().split("\n");
    const newest = trained[trained.length - 1].slice(0, 10);
    expect(predicted.slice(1)).toEqual(trained.filter((line) => line.startsWith(newest)));
    expect(predicted.length).toBeGreaterThan(10);
  });

  it("is not resumed on another universe", async () => {
    const folder = temporaryFolder();
    const { prices, universe } = groupedPrices(folder);
    const more = ["--set", `universe.file=${universe}`];
    const run = await trainedRun(folder, prices, more);
    writeFileSync(universe, readFileSync(universe, "utf8").replace("2000-01-01", "2000-01-02"));
    const again = await runCommand(["train", "--data", prices, "--out", run, ...smallSettings, ...more, "--resume"]);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain("was trained on another universe: index.csv, now index.csv, with other contents");
  });

  it("names a universe's file that is wrong, and writes nothing", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const command = ["train", "--data", prices, "--out", join(folder, "run"), ...smallSettings];
    const universe = join(folder, "u.csv");
    writeFileSync(universe, "symbol,from,to\nS1,soon,\n");
    const { code, stderr } = await runCommand([...command, "--set", `universe.file=${universe}`]);
    expect(code).toBe(1);
    expect(stderr).toContain('u.csv, line 2, column "from", value "soon"');
    const missing = await runCommand([...command, "--set", `universe.file=${join(folder, "none.csv")}`]);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("none.csv");
  });
});

describe("factorvae predict", () => {
  it("refuses a fit of the form before there were processors", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const run = await trainedRun(folder, prices);
    const { normaliser, ...rest } = json(run, "fit.json");
    const [{ center, scale, clip }] = normaliser.processors;
    const former = { ...rest, normaliser: { names: normaliser.names, center, scale, clip, notes: [] } };
    writeFileSync(join(run, "fit.json"), JSON.stringify(former));
    const scores = join(folder, "scores.csv");
    const { code, stderr } = await runCommand(["predict", "--run", run, "--data", prices, "--out", scores]);
    expect(code).toBe(1);
    expect(stderr).toContain("fit.json does not hold the fit of a run in the present form");
  });
});

describe("--universe", () => {
  it("names a run's universe where its file has moved or been extended, and tells how it differs", async () => {
    const folder = temporaryFolder();
    const { prices, universe, out: never } = groupedPrices(folder);
    const run = await trainedRun(folder, prices, ["--set", `universe.file=${universe}`]);
    const moved = join(folder, "moved.csv");
    renameSync(universe, moved);
    const scores = join(folder, "scores.csv");
    const predict = ["predict", "--run", run, "--data", prices, "--out", scores, "--json"];
    const gone = await runCommand(predict);
    expect(gone.code).toBe(1);
    expect(gone.stderr).toMatch(/trained on the universe of .*index\.csv, and there is no such file here; name it/);
    const found = await runCommand([...predict, "--universe", moved]);
    expect(found.code).toBe(0);
    expect(found.stderr).toBe("note: Of the universe's 20 symbols 1 are not in the prices: NOWHERE.\n");
    expect(JSON.parse(found.stdout).inputs.universe).toEqual({
      file: "moved.csv",
      sha256: json(run, "config.json").input.universe.sha256,
    });
    const trained = bytesOf(run, "predictions.csv").toString().trimEnd().split("\n");
    const newest = trained[trained.length - 1].slice(0, 10);
    expect(readFileSync(scores, "utf8").trimEnd().split("\n").slice(1)).toEqual(
      trained.filter((line) => line.startsWith(newest)),
    );
    writeFileSync(moved, `${readFileSync(moved, "utf8")}${never},2000-01-01,\n`);
    const extended = await runCommand([...predict, "--universe", moved]);
    expect(extended.stderr).toContain("does not hold what the run was trained on, index.csv");
    expect(readFileSync(scores, "utf8")).toContain(`,${never},`);
    expect((await runCommand([...predict, "--universe", scores])).code).toBe(1);
  });

  it("is refused for a run that was trained on everybody", async () => {
    const folder = temporaryFolder();
    const { prices, universe } = groupedPrices(folder);
    const run = await trainedRun(folder, prices);
    const scores = join(folder, "scores.csv");
    const predict = ["predict", "--run", run, "--data", prices, "--out", scores, "--universe", universe];
    expect(await runCommand(predict)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("was trained on every stock and not on a universe's file; leave it out"),
    });
  });
});
