import { describe, expect, it } from "vitest";
import { type ConfigInput, resolveConfig } from "../config.js";
import type { Panel } from "../data/panel.js";
import { withUniverse } from "../data/universe.js";
import { predictionsCsv } from "../predictions/predictions-csv.js";
import { configuredSplit, fitDataset, historyOf } from "./dataset.js";
import { predict } from "./predict.js";
import { train } from "./train.js";
import { smallMarket, smallSettings, withoutFirst, withoutLast } from "./train.samples.js";

const market = smallMarket();
const source = { file: "universe.csv", sha256: "" };
const calendar = market.dates.length;

/** The market with sectors, sizes that drift, and a universe that half of the stocks enter or leave on the way. */
const panel: Panel = withUniverse(
  {
    ...market,
    fields: {
      ...market.fields,
      size: market.fields.close.map((close, cell) => Math.log(close) + ((cell * 7) % 11) / 20),
    },
    groups: {
      names: ["Energy", "Health", "Tech"],
      of: Int32Array.from({ length: market.present.length }, (_, cell) => Math.floor(cell / calendar) % 3),
    },
  },
  [
    ...market.symbols.slice(0, 18).map((symbol) => ({ symbol, from: market.dates[0] })),
    ...market.symbols.slice(18).flatMap((symbol, n) => [
      { symbol, from: market.dates[3 * n], to: market.dates[120 + 2 * n] },
      { symbol, from: market.dates[200 + n] },
    ]),
    { symbol: "NOWHERE", from: market.dates[0] },
  ],
  source,
);

const settings: ConfigInput = {
  ...smallSettings,
  window: { steps: 5, allowMissing: 1 },
  universe: { top: 20, days: 70 },
  features: {
    names: ["KLEN", "ROC5", "STD5", "CORR5"],
    processors: [
      { kind: "fill-forward", limit: 3 },
      { kind: "winsorise-quantiles", lower: 0.02, upper: 0.98 },
      { kind: "neutralise-group" },
      { kind: "neutralise-regression", columns: ["size"] },
      { kind: "cross-section-z-score" },
      { kind: "fill-median" },
      { kind: "z-score", clip: 2 },
      { kind: "fill-zero" },
    ],
  },
};

const config = resolveConfig(settings);
const split = configuredSplit(panel, config);
const result = await train(panel, settings);
const { predictions, run } = result;
const bits = (values: Float64Array | Float32Array | undefined): Buffer =>
  Buffer.from(values?.buffer ?? new ArrayBuffer(0), values?.byteOffset, values?.byteLength);

describe("a run with every sort of processor and a universe", () => {
  it("scores at most as many stocks a date as the universe has, none but its members, and says who is not in the prices", () => {
    const perDate = new Map<string, number>();
    for (const [row, date] of predictions.date.entries()) {
      perDate.set(date, (perDate.get(date) ?? 0) + 1);
      const cell = panel.symbols.indexOf(predictions.symbol[row]) * calendar + panel.dates.indexOf(date);
      expect(panel.universe?.members[cell]).toBe(1);
    }
    expect(Math.max(...perDate.values())).toBe(20);
    expect(result.stockDays.outOfUniverse).toBeGreaterThan(calendar);
    expect(result.notes).toContain("Of the universe's 31 symbols 1 are not in the prices: NOWHERE.");
  });

  it("predicts the scores of its own training again, from all prices or just enough of them", () => {
    expect(predictionsCsv(predict(run, panel, { from: predictions.date[0] }))).toBe(predictionsCsv(predictions));
    const needed = historyOf(config, run.fit.normaliser.names);
    expect(needed).toBe(5 + 3 + 69);
    const newest = predict(run, panel);
    const enough = predict(run, withoutFirst(panel, calendar - needed));
    expect(bits(enough.score).equals(bits(newest.score))).toBe(true);
    expect(() => predict(run, withoutFirst(panel, calendar - needed + 1))).toThrow(`need ${needed} market dates`);
  });

  it("scores dates alike whatever comes after them", () => {
    const cut = withoutLast(panel, 30);
    const dates = { from: panel.dates[170], to: cut.dates[cut.dates.length - 1] };
    const [whole, before] = [predict(run, panel, dates), predict(run, cut, dates)];
    expect(before.symbol).toEqual(whole.symbol);
    expect(bits(before.score).equals(bits(whole.score))).toBe(true);
    expect(bits(before.risk).equals(bits(whole.risk))).toBe(true);
  });

  it("learns from training dates alone: altering all that comes after them changes no fitted number", () => {
    const firstValid = split.splitOf.indexOf("valid");
    const isAfter = (cell: number) => cell % calendar >= firstValid;
    const altered: Panel = {
      ...panel,
      fields: Object.fromEntries(
        Object.entries(panel.fields).map(([name, values]) => [
          name,
          values.map((value, cell) => (isAfter(cell) ? value * (1 + 0.3 * (cell % 3)) : value)),
        ]),
      ),
      groups: {
        names: ["Energy", "Health", "Tech"],
        of: Int32Array.from(panel.groups?.of ?? [], (group, cell) => (isAfter(cell) ? (group + cell) % 3 : group)),
      },
      universe: {
        members: Uint8Array.from(panel.universe?.members ?? [], (one, cell) => (isAfter(cell) ? 1 - one : one)),
        source,
        notes: [],
      },
    };
    expect(fitDataset(altered, config, split).fit).toEqual(fitDataset(panel, config, split).fit);
    const earlier = fitDataset(panel, config, {
      ...split,
      splitOf: split.splitOf.map((name, t) => (t < 40 ? undefined : name)),
    });
    expect(earlier.fit).not.toEqual(fitDataset(panel, config, split).fit);
  });

  it("measures the label on the universe's stocks alone", () => {
    const outside = (cell: number) => panel.universe?.members[cell] === 0;
    const close = panel.fields.close.map((value, cell) =>
      outside(cell) && outside(cell - 1) && outside(cell - 2) ? value * (1 + (cell % 5)) : value,
    );
    const whole = resolveConfig({ ...settings, universe: {} });
    const scaleOf = (of: Panel) => fitDataset(of, whole, split).fit.labelScale;
    expect(scaleOf({ ...panel, fields: { ...panel.fields, close } })).toBe(scaleOf(panel));
    const { universe: _, ...everybody } = panel;
    expect(scaleOf(everybody)).not.toBe(scaleOf(panel));
  });
});

describe("data that a setting needs and the prices lack", () => {
  const withProcessor = (kind: "neutralise-group" | "fill-median"): ConfigInput => ({
    ...smallSettings,
    features: { processors: [{ kind }, { kind: "fill-zero" }] },
  });

  it("are named before anything is trained", async () => {
    await expect(train(market, withProcessor("neutralise-group"))).rejects.toThrow(/data\.columns\.group=sector/);
    await expect(train(market, { ...smallSettings, universe: { file: "u.csv" } })).rejects.toThrow(/withUniverseFile/);
    const regression: ConfigInput["features"] = {
      processors: [{ kind: "neutralise-regression", columns: ["beta"] }, { kind: "fill-zero" }],
    };
    await expect(train(market, { ...smallSettings, features: regression })).rejects.toThrow(/column "beta"/);
  });
});
