import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Predictions, Split } from "../predictions/predictions.js";
import { sampleMarket } from "../predictions/predictions.samples.js";
import { validationError, validationRows } from "./validation-error.js";

const { predictions } = sampleMarket({ stocks: 12, days: 40, seed: 2 });

/** The definition, row by row. */
function expected({ date, split, score, label }: Predictions, span: number): number | undefined {
  const dates = [...new Set(date.filter((_, row) => split[row] === "valid"))].sort();
  const seen = new Set(dates.slice(0, Math.max(0, dates.length - span)));
  const errors = date.flatMap((day, row) =>
    split[row] === "valid" && seen.has(day) && !Number.isNaN(label[row]) ? [(label[row] - score[row]) ** 2] : [],
  );
  return errors.length === 0 ? undefined : Math.sqrt(errors.reduce((sum, error) => sum + error, 0) / errors.length);
}

describe("the error on validation", () => {
  it("is that of the validation rows alone, less those of the last dates", () => {
    const splits = fc.array(fc.constantFrom<Split>("train", "valid", "test"), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(splits, fc.nat({ max: 5 }), (names, span) => {
        const dates = [...new Set(predictions.date)];
        const split = predictions.date.map((date) => names[dates.indexOf(date)]);
        const changed = { ...predictions, split };
        const [found, oracle] = [validationError(changed, span), expected(changed, span)];
        if (oracle === undefined) expect(found).toBeUndefined();
        else expect(found).toBeCloseTo(oracle, 12);
      }),
    );
  });

  it("is not made by one wrong price", () => {
    const split = predictions.date.map((): Split => "valid");
    const clean = { ...predictions, split };
    const before = validationError(clean, 2) ?? Number.NaN;
    const label = predictions.label.slice();
    label[20] = 98.4;
    const { cut, rows } = validationRows({ ...clean, label }, 2);
    expect(cut).toBe(1);
    expect(rows.label.length).toBe(validationRows(clean, 2).rows.label.length);
    expect(validationError({ ...clean, label }, 2)).toBeLessThan(1.5 * before);
  });
});
