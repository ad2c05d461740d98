import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labelSpan, returnLabels } from "./label.js";
import { panelFromFields } from "./panel.js";

const symbols = ["A", "B"];
const price = fc.oneof(fc.double({ min: 1, max: 100, noNaN: true }), fc.constant(Number.NaN));
const closes = fc.array(fc.tuple(price, price), { minLength: 1, maxLength: 30 });

function panelOf(prices: readonly (readonly number[])[]) {
  const dates = prices.map((_, t) => new Date(Date.UTC(2020, 0, 1 + t)).toISOString().slice(0, 10));
  const close = Float64Array.from(symbols.flatMap((_, n) => prices.map((onDate) => onDate[n])));
  return panelFromFields(dates, symbols, { close });
}

describe("returnLabels", () => {
  test("is the return from the entry to the exit close, missing where either is", () => {
    const option = fc.constantFrom(
      { options: {}, entry: 1, exit: 2 },
      { options: { horizon: 5 }, entry: 1, exit: 6 },
      { options: { kind: "next-day" as const }, entry: 0, exit: 1 },
    );
    fc.assert(
      fc.property(closes, option, (prices, { options, entry, exit }) => {
        const labels = returnLabels(panelOf(prices), options);
        expect(labelSpan(options)).toBe(exit);
        symbols.forEach((_, n) => {
          prices.forEach((_, t) => {
            const [bought, sold] = [prices[t + entry]?.[n] ?? NaN, prices[t + exit]?.[n] ?? NaN];
            expect(labels[n * prices.length + t]).toBe(sold / bought - 1);
          });
        });
      }),
    );
  });

  test("impossible horizons and a missing close are refused", () => {
    expect(() => labelSpan({ horizon: 0 })).toThrow(
      "label: the horizon must be a positive whole number of dates, got 0",
    );
    expect(() => labelSpan({ horizon: 2, kind: "next-day" })).toThrow(/"next-day" has horizon 1, got 2/);
    expect(() => returnLabels(panelFromFields(["2020-01-01"], ["A"], {}))).toThrow(/no field close/);
  });
});
