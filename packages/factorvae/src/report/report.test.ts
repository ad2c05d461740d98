import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { backtest } from "../backtest/backtest.js";
import { evaluate } from "../evaluate/evaluate.js";
import { informationCoefficients } from "../evaluate/information-coefficient.js";
import { sampleMarket, samplePanel, samplePredictions } from "../predictions/predictions.samples.js";
import { predictionsOf } from "../predictions/predictions-days.js";
import { report } from "./report.js";
import type { EpochMetrics, ReportInput } from "./report-input.js";

const { panel, predictions } = sampleMarket({ stocks: 40, days: 150, seed: 21, skill: 0.2 });
const summaries = { valid: evaluate(predictions, { split: "valid" }), test: evaluate(predictions) };
const { dates, rankIc } = informationCoefficients(predictionsOf(predictions, "test"));

function epoch(number: number): EpochMetrics {
  return {
    epoch: number,
    loss: 1.4 - number / 100,
    nll: 1.39 - number / 100,
    kl: number / 10,
    activeFactors: number,
    deadHeads: 0,
    validRankIc: number / 100,
    seconds: 1,
  };
}

const everything: ReportInput = {
  title: "A run",
  predictions,
  summaries: { ...summaries, oracle: summaries.test },
  references: { oracle: { dates, values: rankIc } },
  epochs: [1, 2, 3].map(epoch),
  bestEpoch: 2,
  backtest: backtest(predictions, panel, { k: "auto" }),
  rows: { read: 6000, used: 5990, dropped: { thinDate: { count: 10, example: "prices.csv, line 7" } }, noted: {} },
  settings: { seed: 7, train: { epochs: 3, note: undefined }, split: [0.6, 0.2, 0.2] },
  notes: ["One remark."],
};

function pageOf(input: ReportInput) {
  const { document } = parseHTML(report(input));
  const texts = (selector: string) =>
    Array.from(document.querySelectorAll(selector), ({ textContent }) => textContent ?? "");
  return { document, texts };
}

describe("report", () => {
  it("shows every section, a picture and a text for each figure", () => {
    const { document, texts } = pageOf(everything);
    expect(texts("h2")).toEqual([
      "Figures",
      "Scores against returns",
      "Strategy",
      "Risk",
      "Training",
      "Rows of the prices file",
      "Settings",
      "Notes",
    ]);
    expect(texts("h3")).toEqual([
      "Cumulative Rank IC",
      "Mean return of ten score groups",
      "Cumulative return of ten score groups",
      "Value of the strategy",
      "Drawdown",
      "Calibration of the risk: coverage",
      "Calibration of the risk: where test returns fell",
      "Curves by epoch",
    ]);
    expect(document.querySelectorAll("svg").length).toBe(11);
    for (const caption of texts("figcaption")) expect(caption.length).toBeGreaterThan(100);
    expect(document.querySelectorAll(".tile").length).toBe(6);
  });

  it("writes the summaries' figures side by side", () => {
    const { texts } = pageOf(everything);
    expect(texts("table:first-of-type thead th").slice(0, 4)).toEqual(["", "validation", "test", "oracle"]);
    const shown = [summaries.valid, summaries.test, summaries.test].map(({ rankIc: mean }) => mean?.toFixed(4));
    expect(texts("tr").map((row) => row.trim())).toContain(`Rank IC${shown.join("")}`);
  });

  it("names settings by their path, and rows by their reason", () => {
    const text = pageOf(everything).texts("tr");
    expect(text).toContain("train.epochs3");
    expect(text).toContain("split0.6, 0.2, 0.2");
    expect(text.some((line) => line.includes("train.note"))).toBe(false);
    expect(text.some((line) => line.trim() === "dropped: thin date10prices.csv, line 7")).toBe(true);
  });

  it("says in words what settings and names of files say in their own: lists, nothing, validation", () => {
    const processors = [{ kind: "winsorise-quantiles", lower: 0.01, upper: 0.99 }, { kind: "fill-zero" }];
    const settings = { features: { processors, columns: [] }, universe: { file: null } };
    const { document, texts } = pageOf({ ...everything, settings });
    expect(texts("tr")).toEqual(
      expect.arrayContaining([
        "features.processorswinsorise-quantiles, lower 0.01, upper 0.99; fill-zero",
        "features.columnsnone",
        "universe.filenone",
      ]),
    );
    const names = [...report({ ...everything, settings }).matchAll(/aria-label="([^"]*)"/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(8);
    const words = [document.body.textContent, ...names].join(" ");
    expect(words).toContain("validation");
    expect(words).not.toMatch(/\bvalid\b|squared z/);
  });

  it("gives the same bytes for the same input", () => {
    expect(report(everything)).toBe(report(everything));
  });

  it("loads nothing and runs no script", () => {
    const page = report(everything);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:|\son\w+=/i);
    expect(page).toContain("default-src 'none'");
    // Plot marks a doubtful chart with a warning sign.
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object|⚠/);
  });

  it("escapes every text of the user's", () => {
    const hostile = '<img src=x onerror="alert(1)">&';
    const { document, texts } = pageOf({
      ...everything,
      title: hostile,
      subtitle: hostile,
      summaries: { test: summaries.test, [hostile]: summaries.test },
      references: { [hostile]: { dates, values: rankIc } },
      rows: { read: 1, used: 0, dropped: { [hostile]: { count: 1, example: hostile } }, noted: {} },
      settings: { [hostile]: hostile },
      notes: [hostile],
    });
    expect(document.querySelectorAll("img").length).toBe(0);
    expect(texts("h1")).toEqual([hostile]);
    expect(texts(".notes li")[0]).toBe(hostile);
  });

  it("leaves out what has no data", () => {
    const { texts } = pageOf({ title: "Scores alone", predictions, summaries: {} });
    expect(texts("h2")).toEqual(["Scores against returns", "Risk"]);
    const unlabelled = { ...predictions, label: predictions.label.map(() => Number.NaN) };
    expect(pageOf({ title: "No labels", predictions: unlabelled, summaries: {}, epochs: [] }).texts("h2")).toEqual([]);
    expect(() => report({ title: "", predictions: samplePredictions([], []), summaries: {} })).toThrow("have no row");
  });

  it("draws a single date, a single epoch, tied scores and a strategy of one day", () => {
    const scores = [[1, 1, 1, 1, 1, 2, 2, 2, 2, 3]];
    const prices = scores[0].map((_, stock) => [10, 10, 10 + stock]);
    const single = samplePredictions(scores, [prices.map((row) => row[2] / row[1] - 1)]);
    const { document } = pageOf({
      title: "Small",
      predictions: single,
      summaries: { test: evaluate(single) },
      epochs: [{ ...epoch(1), validRankIc: null }],
      backtest: backtest(single, samplePanel(prices), { k: 2 }),
    });
    expect(document.querySelectorAll("svg").length).toBe(8);
    expect(document.toString()).not.toMatch(/NaN|undefined|Infinity|⚠/);
  });
});
