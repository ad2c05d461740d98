import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pricesFile, runCommand, sharedRun, temporaryFolder, trainedRun } from "../cli/command.samples.js";
import type { Panel } from "../data/panel.js";
import { readPrices } from "../data/read.js";
import { loadRun, saveRun } from "../run/run-folder.js";
import { appliedDataset, configuredSplit, fitDataset } from "../train/dataset.js";
import { trainModel } from "../train/trainer.js";
import { checks } from "./audit.js";
import { auditJson } from "./audit.samples.js";
import { auditContext } from "./context.js";
import { readEvidence } from "./evidence.js";
import { futureChecks } from "./future.js";

const shared = sharedRun();

/** A copy of the shared run that a test may change. */
function ownRun(): string {
  const run = join(temporaryFolder(), "run");
  cpSync(shared.run, run, { recursive: true });
  return run;
}

/** Changes a text file of a run. */
function rewrite(run: string, name: string, change: (text: string) => string): void {
  const path = join(run, name);
  const before = readFileSync(path, "utf8");
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
}

/** The rows of a prices file as lists of fields, header first. */
const rowsOf = (path: string): string[][] =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));

function writeRows(path: string, rows: readonly (readonly string[])[]): string {
  writeFileSync(path, rows.map((row) => `${row.join(",")}\n`).join(""));
  return path;
}

/** Rows of the file by symbol, in the order of dates, the header apart. */
function bySymbol([header, ...rows]: string[][]): { header: string[]; series: string[][][] } {
  const symbols = [...new Set(rows.map(([, symbol]) => symbol))];
  return { header, series: symbols.map((symbol) => rows.filter(([, other]) => other === symbol)) };
}

describe("factorvae audit", () => {
  it("passes every check on an honest run, one line each", async () => {
    const { code, stdout, stderr } = await runCommand(["audit", "--run", shared.run, "--data", shared.prices]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => line.split(/ +/)[1])).toEqual(checks.map(({ name }) => name));
    expect(lines.every((line) => /^(pass|warning) .*\d/.test(line))).toBe(true);
  });

  it("says when the prices are not those of the run, and refuses those that do not cover its dates", async () => {
    const folder = temporaryFolder();
    const others = pricesFile(folder, { seed: 4 });
    const { code, stderr, failed, outcomes } = await auditJson(shared.run, others);
    expect(code).toBe(1);
    expect(stderr).toMatch(/note: .* is not the file that the run was trained on, prices.csv/);
    expect(failed).toContain("rows-by-label");
    expect(outcomes["stored-scores"]).toMatchObject({
      outcome: "fail",
      detail: expect.stringContaining("which may be the reason"),
    });
    const short = await runCommand(["audit", "--run", shared.run, "--data", pricesFile(folder, { days: 100 })]);
    expect(short).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("have no market day") });
    const none = await runCommand(["audit", "--run", folder, "--data", shared.prices]);
    expect(none).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("is no run folder") });
  });
});

describe("a leak planted on purpose is caught by the check meant for it:", () => {
  it.each([
    ["tomorrow's return", 0, 1],
    ["the label itself", 1, 2],
  ])("a column of the prices file that holds %s", async (_, start, end) => {
    const folder = temporaryFolder();
    const { header, series } = bySymbol(rowsOf(shared.prices));
    const planted = series.flatMap((rows) =>
      rows.map((row, t) => {
        const [from, to] = [rows[t + start]?.[5], rows[t + end]?.[5]];
        return [...row, from && to ? String(Number(to) / Number(from) - 1) : ""];
      }),
    );
    const prices = writeRows(join(folder, "planted.csv"), [[...header, "size"], ...planted]);
    const run = await trainedRun(folder, prices, ["--set", "features.columns=[size]"]);
    const { code, stderr, failed, outcomes } = await auditJson(run, prices);
    expect({ code, failed }).toEqual({ code: 1, failed: ["feature-foresight"] });
    expect(stderr).toContain("audit: 1 of 14 checks failed: feature-foresight");
    expect(outcomes["feature-foresight"].detail).toMatch(/^Rank IC 0\.\d+ of size with the return from/);
  });

  it("prices that were filled backward before training", async () => {
    const folder = temporaryFolder();
    const { header, series: whole } = bySymbol(rowsOf(shared.prices));
    const calendar = [...new Set(whole.flat().map(([date]) => date))].toSorted();
    const isGap = (symbol: number, date: string): boolean =>
      symbol === 3 && date > calendar[130] && date < calendar[140];
    const series = whole.map((rows, symbol) => rows.filter(([date]) => !isGap(symbol, date)));
    const asTheyWere = writeRows(join(folder, "prices.csv"), [header, ...series.flat()]);
    const filled = series.flatMap((rows) => {
      const next = (date: string) => rows.find((row) => row[0] >= date);
      return calendar.flatMap((date) => {
        const row = next(date);
        return row ? [[date, ...row.slice(1)]] : [];
      });
    });
    const prices = writeRows(join(folder, "filled.csv"), [header, ...filled]);
    const run = await trainedRun(folder, prices);
    expect((await auditJson(run, prices)).failed).toEqual(["backward-fill"]);
    // Beside the prices as they were, the run has scores of stocks that were not there.
    const { outcomes } = await auditJson(run, asTheyWere);
    expect(outcomes["rows-by-label"]).toMatchObject({
      outcome: "fail",
      detail: expect.stringContaining("as if rows had been filled in"),
    });
  });

  it("features made from prices that were filled backward", async () => {
    const panel = await readPrices(shared.prices);
    const context = auditContext(await readEvidence(shared.run), panel);
    const leaking = { ...context, dataset: appliedDataset(filledBackward(panel), context.run.config, context.run.fit) };
    for (const check of futureChecks)
      expect(await check.run(leaking)).toMatchObject({ passed: false, detail: expect.stringMatching(/ after 2010-/) });
  });

  it("a normaliser fitted on all dates", async () => {
    const run = ownRun();
    const { config, ...trained } = loadRun(run);
    const panel = await readPrices(shared.prices);
    const split = configuredSplit(panel, config);
    const { fit } = fitDataset(panel, config, { ...split, splitOf: split.splitOf.map(() => "train") });
    saveRun(run, { config, ...trained, fit: { ...fit, labelScale: trained.fit.labelScale } });
    const { failed, outcomes } = await auditJson(run, shared.prices);
    expect(failed).toContain("normaliser");
    expect(outcomes.normaliser.detail).toMatch(/center\.0 is .*, refitted .*; they are those of all dates/);
    expect(failed).not.toContain("embargo");
  });

  it("a missing embargo", async () => {
    const run = ownRun();
    const { config, ...trained } = loadRun(run);
    const panel = await readPrices(shared.prices);
    const split = configuredSplit(panel, config);
    const open = { ...split, usable: split.usable.map(() => 1) };
    const dataset = fitDataset(panel, config, open);
    const { model, trainingDays, validationDays } = await trainModel(dataset, open, config);
    saveRun(run, { ...trained, config, model, fit: dataset.fit });
    rewrite(run, "summary.json", (text) => {
      const summary = JSON.parse(text);
      return JSON.stringify({ ...summary, training: { ...summary.training, trainingDays, validationDays } });
    });
    const { failed, outcomes } = await auditJson(run, shared.prices);
    expect(failed).toContain("embargo");
    expect(outcomes.embargo.detail).toMatch(
      /dates were trained on, where \d+ have labels that end in the split, as if/,
    );
    expect(outcomes.embargo.detail).toContain("the label's scale is");
    expect(failed).not.toContain("normaliser");
  });

  it("rows left out because they have no label", async () => {
    const run = ownRun();
    rewrite(run, "predictions.csv", (text) => text.replaceAll(/^.*,,(valid|test)\n/gm, ""));
    const { failed, outcomes } = await auditJson(run, shared.prices);
    expect(failed).toEqual(["rows-by-label"]);
    expect(outcomes["rows-by-label"].detail).toMatch(
      /^(\d+) stock-days with a window have no score, \1 of them no label/,
    );
  });

  it("labels cut at a bound, where scores are judged", async () => {
    const run = ownRun();
    rewrite(run, "predictions.csv", (text) => text.replaceAll(/,(-?)0\.0[2-9]\d*,(valid|test)\n/g, ",$10.02,$2\n"));
    const { outcomes } = await auditJson(run, shared.prices);
    expect(outcomes["rows-by-label"]).toMatchObject({
      outcome: "fail",
      detail: expect.stringMatching(/labels are not the raw returns \(first: S\d+ on .*: -?0.02 beside the score/),
    });
  });

  it("scores that the run's model did not make", async () => {
    const run = ownRun();
    rewrite(run, "predictions.csv", (text) =>
      text.replaceAll(/^([^,]*,[^,]*),[^,]*,([^,]*),([-\d.e]+),(valid|test)$/gm, "$1,$3,$2,$3,$4"),
    );
    const { failed, outcomes } = await auditJson(run, shared.prices);
    expect(failed).toContain("stored-scores");
    expect(failed).toContain("selection");
    expect(outcomes.selection.detail).toContain("they are another model's");
    expect(outcomes.suspicion.outcome).toBe("warning");
  });

  it("an epoch that validation did not choose", async () => {
    const run = ownRun();
    rewrite(run, "summary.json", (text) => text.replace(/"bestEpoch": \d+/, '"bestEpoch": 1'));
    const { failed, outcomes } = await auditJson(run, shared.prices);
    expect(failed).toEqual(["selection"]);
    expect(outcomes.selection.detail).toMatch(/^epoch 1 was kept, and validation chooses epoch \d/);
  });

  it("risks scaled by something else than validation", async () => {
    const run = ownRun();
    rewrite(run, "predictions.csv", (text) =>
      text.replaceAll(/^([^,]*,[^,]*,[^,]*),([\d.e-]+)/gm, (_, head, risk) => `${head},${1.1 * Number(risk)}`),
    );
    const { failed, outcomes } = await auditJson(run, shared.prices);
    expect(failed).toEqual(["selection"]);
    expect(outcomes.selection.detail).toContain("the risks' mean squared z on validation is 0.8264");
  });
});

describe("factorvae audit --train", () => {
  it("also trains on permuted labels, and finds nothing", async () => {
    const argv = ["audit", "--run", shared.run, "--data", shared.prices, "--train", "--json"];
    const { code, stdout } = await runCommand(argv);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).checks.at(-1)).toMatchObject({ name: "permuted-training", outcome: "pass" });
  });
});

it("reads a run folder that lacks a file, or holds another, with an error that names it", async () => {
  const run = ownRun();
  writeFileSync(join(run, "summary.json"), "{}");
  const broken = await runCommand(["audit", "--run", run, "--data", shared.prices]);
  expect(broken).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("summary.json does not hold") });
});

/** A panel whose missing values were filled from the next there is. */
function filledBackward(panel: Panel): Panel {
  const dates = panel.dates.length;
  const filled = (values: Float64Array): Float64Array => {
    const changed = values.slice();
    for (let cell = changed.length - 2; cell >= 0; cell--)
      if (Number.isNaN(changed[cell]) && (cell + 1) % dates !== 0) changed[cell] = changed[cell + 1];
    return changed;
  };
  const fields = Object.fromEntries(Object.entries(panel.fields).map(([name, values]) => [name, filled(values)]));
  return { ...panel, fields, present: Uint8Array.from(fields.close, (price) => (Number.isNaN(price) ? 0 : 1)) };
}
