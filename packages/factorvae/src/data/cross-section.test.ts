import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crossSection, crossSectionCounts } from "./cross-section.js";
import { windowsOf } from "./windows.js";

const anyPresence = fc
  .record({
    symbols: fc.integer({ min: 1, max: 6 }),
    dates: fc.integer({ min: 1, max: 15 }),
    steps: fc.integer({ min: 1, max: 6 }),
    allowed: fc.nat(5),
  })
  .chain(({ symbols, dates, steps, allowed }) => {
    const marks = fc.array(fc.constantFrom(0, 1, 1, 1), { minLength: symbols * dates, maxLength: symbols * dates });
    return fc.tuple(marks, fc.option(marks)).map(([present, universe]) => ({
      panel: panelOf(symbols, dates, present),
      options: {
        steps,
        allowMissing: Math.min(allowed, steps - 1),
        ...(universe && { universe: Uint8Array.from(universe) }),
      },
    }));
  });

function panelOf(symbols: number, dates: number, present: readonly number[]) {
  return {
    symbols: Array.from({ length: symbols }, (_, n) => `S${n}`),
    dates: Array.from({ length: dates }, (_, t) => `D${t}`),
    present: Uint8Array.from(present),
  };
}

describe("crossSection", () => {
  test("holds who is in the universe and has a row on the day and on enough of the window, and every other stock-day has a reason", () => {
    fc.assert(
      fc.property(anyPresence, ({ panel, options }) => {
        const { symbols, dates, present } = panel;
        const expected = { used: 0, outOfUniverse: 0, noRow: 0, shortHistory: 0, gaps: 0 };
        dates.forEach((_, date) => {
          const members = symbols.flatMap((_, n) => {
            const rows = [...present.subarray(n * dates.length, (n + 1) * dates.length)];
            const held = rows.slice(Math.max(0, date - options.steps + 1), date + 1).filter((one) => one === 1).length;
            const needed = options.steps - options.allowMissing;
            const isIn = options.universe?.[n * dates.length + date] !== 0;
            if (!isIn) expected.outOfUniverse++;
            else if (rows[date] === 0) expected.noRow++;
            else if (held >= needed) expected.used++;
            else if (date - rows.indexOf(1) + 1 < needed) expected.shortHistory++;
            else expected.gaps++;
            return isIn && rows[date] === 1 && held >= needed ? [n] : [];
          });
          expect([...crossSection(panel, date, options)]).toEqual(members);
        });
        const counts = crossSectionCounts(panel, [...dates.keys()], options);
        expect(counts).toEqual(expected);
        expect(counts.used + counts.outOfUniverse + counts.noRow + counts.shortHistory + counts.gaps).toBe(
          symbols.length * dates.length,
        );
      }),
    );
  });

  test("impossible options and dates are refused", () => {
    const panel = panelOf(1, 3, [1, 1, 1]);
    expect(() => crossSection(panel, 3, { steps: 2 })).toThrow(
      "crossSection: date 3 is not on the calendar, which has 3 dates",
    );
    expect(() => crossSection(panel, 1, { steps: 0 })).toThrow(/steps must be a positive whole number, got 0/);
    expect(() => crossSection(panel, 1, { steps: 2, allowMissing: 2 })).toThrow(/allowMissing must be from 0 to 1/);
  });
});

describe("windowsOf", () => {
  test("copies the features of each stock and step, zero before the calendar, days stacked in order", () => {
    fc.assert(
      fc.property(anyPresence, fc.integer({ min: 1, max: 3 }), ({ panel, options: { steps } }, features) => {
        const { symbols, dates } = panel;
        const values = Float32Array.from({ length: symbols.length * dates.length * features }, (_, i) => i + 1);
        const table = { ...panel, values, names: Array.from({ length: features }, (_, c) => `F${c}`) };
        const days = dates.map((_, date) => ({
          date,
          stocks: crossSection(panel, date, { steps, allowMissing: steps - 1 }),
        }));
        const expected = days.flatMap(({ date, stocks }) =>
          [...stocks].flatMap((n) =>
            Array.from({ length: steps * features }, (_, i) => {
              const t = date - steps + 1 + Math.floor(i / features);
              return t < 0 ? 0 : values[(n * dates.length + t) * features + (i % features)];
            }),
          ),
        );
        expect([...windowsOf(table, days, steps)]).toEqual(expected);
      }),
    );
  });

  test("a date or a stock outside the table is refused", () => {
    const table = { ...panelOf(1, 2, [1, 1]), names: ["F"], values: Float32Array.of(1, 2) };
    expect(() => windowsOf(table, [{ date: 2, stocks: Int32Array.of(0) }], 1)).toThrow(
      "windowsOf: date 2 is not one of 2 dates",
    );
    expect(() => windowsOf(table, [{ date: 1, stocks: Int32Array.of(1) }], 1)).toThrow(
      /stock 1 is not one of 1 symbols/,
    );
  });
});
