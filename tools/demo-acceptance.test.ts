import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DemoFigures, failures, figuresOf, markdownRows, rules, table } from "./demo-acceptance.js";

const good = {
  test: { rankIc: 0.09, coverage90: 0.9, coverage50: 0.55, nll: -2.4, nllConstant: -2.3 },
  oracle: { rankIc: 0.12 },
  ridges: { lastDay: { rankIc: 0.05 }, window: { rankIc: 0.06 } },
  comparison: { ridges: { lastDay: { t: 4 }, window: { t: 3 } } },
  training: { kl: 0.5, activeFactors: 4 },
};

describe("the acceptance of demonstrations", () => {
  it("takes the better ridge, and the smaller t-value", () => {
    const figures = figuresOf("demo", good);
    expect(figures.ofOracle).toBeCloseTo(0.75);
    expect(figures.overRidge).toBeCloseTo(0.25);
    expect(figures.overRidgeT).toBe(3);
    expect(figures.overConstantRisk).toBeCloseTo(0.1);
  });

  it("passes markets that meet every rule", () => {
    expect(failures([figuresOf("one", good), figuresOf("two", good)])).toEqual([]);
  });

  it("names each figure that leaves its bounds, on the market where it does", () => {
    fc.assert(
      fc.property(fc.constantFrom(...rules), fc.boolean(), ({ figure, over, least, most }, above) => {
        const bound = above ? most : least;
        fc.pre(bound !== undefined);
        const bad = { ...figuresOf("bad", good), [figure]: (bound ?? 0) + (above ? 0.001 : -0.001) };
        const markets = over === "mean" ? [bad] : [figuresOf("fine", good), bad];
        const sentences = failures(markets).filter((sentence) => sentence.includes(` ${figure} is `));
        expect(sentences.map((sentence) => sentence.split(":")[0])).toContain(over === "mean" ? "mean" : "bad");
        expect(sentences.some((sentence) => sentence.startsWith("fine"))).toBe(false);
      }),
    );
  });

  it("does not pass a figure that is no number", () => {
    expect(failures([{ ...figuresOf("one", good), coverage90: Number.NaN }])).toEqual([
      "one: coverage90 is NaN; it must be at least 0.85 and at most 0.95",
    ]);
  });

  it("names the field that a summary lacks", () => {
    const { oracle: _, ...without } = good;
    expect(() => figuresOf("one", without)).toThrow("one: summary.json has no number at oracle.rankIc, but nothing");
    const worded = { ...good, training: { kl: "much", activeFactors: 4 } };
    expect(() => figuresOf("one", worded)).toThrow('one: summary.json has no number at training.kl, but "much"');
  });

  it("shows a row a market and their mean", () => {
    const lines = table([figuresOf("one", good), { ...figuresOf("two", good), ofOracle: 0.65 }]).split("\n");
    expect(lines.map((line) => line.split(/\s+/)[1])).toEqual(["ofOracle", "0.750", "0.650", "0.700"]);
  });
});

describe("the committed figures", () => {
  const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
  const committed: readonly DemoFigures[] = JSON.parse(read("bench/results/demonstration.json"));

  it("are of three markets, and meet every rule", () => {
    expect(committed).toHaveLength(3);
    expect(failures(committed)).toEqual([]);
  });

  it("are those that the README tells", () => {
    for (const row of markdownRows(committed)) expect(read("README.md")).toContain(row);
  });
});
