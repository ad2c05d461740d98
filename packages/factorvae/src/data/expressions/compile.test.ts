import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alpha158 } from "../alpha158.js";
import { computeFeatures } from "../feature-table.js";
import { panelFromFields } from "../panel.js";
import { compileExpression } from "./compile.js";

const dates = Array.from({ length: 80 }, (_, t) => new Date(Date.UTC(2021, 0, 1 + t)).toISOString().slice(0, 10));

/** Two stocks whose fields move, with gaps, a suspended date and a column of the user's own. */
function market() {
  const series = (level: number, speed: number): number[] =>
    [0, 1].flatMap((stock) => dates.map((_, t) => level * (1 + 0.02 * Math.sin(speed * t + stock) + 0.001 * t)));
  const fields = {
    open: series(50, 0.7),
    high: series(53, 0.8),
    low: series(48, 0.9),
    close: series(51, 1.1),
    volume: series(1e6, 1.7),
    pe: series(15, 0.1),
  };
  for (const values of Object.values(fields)) for (const cell of [13, 40, 41, 111]) values[cell] = Number.NaN;
  fields.volume[30] = 0;
  fields.close[30] = Number.NaN;
  return panelFromFields(
    dates,
    ["A", "B"],
    Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, Float64Array.from(values)])),
  );
}

/** Features of Alpha158 in the language of expressions. */
const written: Readonly<Record<string, string>> = {
  KMID: "($close - $open) / $open",
  KUP2: "($high - Greater($open, $close)) / ($high - $low + 1e-12)",
  KSFT: "(2 * $close - $high - $low) / $open",
  ROC60: "Ref($close, 60) / $close",
  MA5: "Mean($close, 5) / $close",
  STD20: "Std($close, 20) / $close",
  BETA10: "Slope($close, 10) / $close",
  RSQR30: "Rsquare($close, 30)",
  RESI5: "Resi($close, 5) / $close",
  MAX20: "Max($high, 20) / $close",
  MIN60: "Min($low, 60) / $close",
  QTLU10: "Quantile($close, 10, 0.8) / $close",
  RANK30: "Rank($close, 30)",
  RSV5: "($close - Min($low, 5)) / (Max($high, 5) - Min($low, 5) + 1e-12)",
  IMXD20: "(IdxMax($high, 20) - IdxMin($low, 20)) / 20",
  CORR10: "Corr($close, Log($volume + 1), 10)",
  CORD60: "Corr($close / Ref($close, 1), Log(If(Ref($volume, 1) == 0, 0 / 0, $volume / Ref($volume, 1)) + 1), 60)",
  CNTD20: "Mean($close > Ref($close, 1), 20) - Mean($close < Ref($close, 1), 20)",
  SUMP10: "Sum(Greater($close - Ref($close, 1), 0), 10) / (Sum(Abs($close - Ref($close, 1)), 10) + 1e-12)",
  VMA30: "Mean($volume, 30) / ($volume + 1e-12)",
  WVMA5:
    "Std(Abs($close / Ref($close, 1) - 1) * $volume, 5) / (Mean(Abs($close / Ref($close, 1) - 1) * $volume, 5) + 1e-12)",
};

describe("expressions", () => {
  it("give the features of Alpha158 that are written in them", () => {
    const panel = market();
    const names = Object.keys(written);
    const built = alpha158(panel, names);
    const { names: own, values } = computeFeatures(panel, {
      expressions: Object.fromEntries(names.map((name) => [`my ${name}`, written[name]])),
    });
    expect(own).toEqual(names.map((name) => `my ${name}`));
    values.forEach((value, at) => {
      const expected = built.values[at];
      const where = `${names[at % names.length]} at ${Math.floor(at / names.length)}`;
      if (Number.isNaN(expected)) expect(value, where).toBeNaN();
      else expect(Math.abs(value - expected), where).toBeLessThanOrEqual(1e-6 * Math.abs(expected) + 1e-9);
    });
  });

  it("read columns of the user's own, which are features as they are too", () => {
    const panel = market();
    const { names, values } = computeFeatures(panel, { expressions: { twice: "2 * $pe" }, columns: ["pe"] });
    expect(names).toEqual(["twice", "pe"]);
    expect(values[0]).toBe(Math.fround(2 * panel.fields.pe[0]));
    expect(values[1]).toBe(Math.fround(panel.fields.pe[0]));
    expect(() => computeFeatures(panel, { columns: ["size"] })).toThrow("features: the prices have no size");
  });

  it("bind as arithmetic does", () => {
    const of = (text: string): number =>
      compileExpression(`${text} + 0 * $x`).of({ field: () => Float64Array.of(3), known: new Map() })[0];
    expect(of("1 + 2 * 3")).toBe(7);
    expect(of("(1 + 2) * 3")).toBe(9);
    expect(of("-2 * -3")).toBe(6);
    expect(of("8 / 4 / 2")).toBe(1);
    expect(of("5 - 3 - 1")).toBe(1);
    expect(of("-$x")).toBe(-3);
    expect(of("($x > 2) + ($x >= 3) + ($x < 3) + ($x != 3)")).toBe(2);
    expect(of("1.5e1 + .5")).toBe(15.5);
  });

  it("know how far they look back", () => {
    const { lookBack, fields } = compileExpression('Mean(Ref($close, 3) / $"market cap", 5) - Delta($close, 2)');
    expect([lookBack, fields]).toEqual([7, ["close", "market cap"]]);
  });

  it.each([
    ["Meen($close, 5)", 'there is no operator "Meen"; did you mean "Mean"?', 0],
    ["Average($close, 5)", 'there is no operator "Average"; there are Abs, Log', 0],
    ["1 + mean($close, 5)", 'there is no operator "mean"; did you mean "Mean"?', 4],
    ["Mean($close)", "Mean takes 2 operands, not 1", 0],
    ["Mean($close, 0)", "Mean needs a whole number of dates, 1 to 2000, not 0", 13],
    ["Mean($close, 2.5)", "Mean needs a whole number of dates", 13],
    ["Ref($close, -1)", "Ref by -1 dates would look into the future", 12],
    ["Mean(5, 5)", "Mean needs a series, not a number", 5],
    ["Ref($close, $volume)", "Ref needs a number here", 12],
    ["Quantile($close, 5, 80)", "a share lies between 0 and 1, not 80", 20],
    ["$close +", "the expression ends where a number", 8],
    ["($close", 'the expression ends where ")" is wanted', 7],
    ["$close $open", '"$open" stands where an operator or the end is wanted', 7],
    ["close / 2", '"/" stands where "(" after close (a field is $close) is wanted', 6],
    ["$close ? 1", '"?" begins nothing', 7],
    ["1 + 2", "an expression needs a $field", 0],
    ["", "the expression ends where a number", 0],
    ["toString($close)", 'there is no operator "toString"', 0],
  ])("that are wrong are refused at the character: %s", (text, rule, position) => {
    const error = (() => {
      try {
        compileExpression(text);
      } catch (thrown) {
        return thrown;
      }
      return undefined;
    })();
    expect(error).toMatchObject({ name: "ExpressionError", expression: text, position });
    expect(String(error)).toContain(rule);
    expect(String(error)).toContain(`\n  ${" ".repeat(position)}^`);
  });

  it("are read or refused, whatever the text", () => {
    const parts = fc.constantFrom(
      "$close",
      "Mean",
      "Ref",
      "(",
      ")",
      ",",
      "5",
      "-",
      "+",
      "*",
      "/",
      ">",
      " ",
      "$",
      "1e",
      "é",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(parts).map((words) => words.join("")),
        ),
        (text) => {
          try {
            expect(compileExpression(text).lookBack).toBeGreaterThanOrEqual(0);
          } catch (error) {
            expect(error).toHaveProperty("name", "ExpressionError");
          }
        },
      ),
      { numRuns: 500 },
    );
    expect(() => compileExpression(`${"(".repeat(10_000)}$close`)).toThrow("parentheses are nested too deep");
  });
});
