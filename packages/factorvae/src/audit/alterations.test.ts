import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smallMarket } from "../train/train.samples.js";
import { afterwards } from "./alterations.js";

const panel = smallMarket(60);
const dates = panel.dates.length;

const upTo = (values: ArrayLike<number>, calendar: number, last: number): number[] =>
  panel.symbols.flatMap((_, n) => Array.from({ length: last + 1 }, (_, t) => values[n * calendar + t]));

describe("afterwards", () => {
  it("changes no bit up to the day, whatever is done after it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: dates - 1 }),
        fc.constantFrom("cut" as const, "altered" as const, "shuffled" as const),
        (last, how) => {
          const changed = afterwards(panel, last, how);
          for (const [name, values] of Object.entries(panel.fields))
            expect(upTo(changed.fields[name], changed.dates.length, last)).toEqual(upTo(values, dates, last));
          expect(upTo(changed.present, changed.dates.length, last)).toEqual(upTo(panel.present, dates, last));
          expect(changed.dates.slice(0, last + 1)).toEqual(panel.dates.slice(0, last + 1));
        },
      ),
    );
  });

  it("cuts groups and universe with the rest", () => {
    const of = Int32Array.from(panel.present, (_, cell) => cell % 3);
    const members = Uint8Array.from(panel.present, (_, cell) => cell % 2);
    const whole = {
      ...panel,
      groups: { names: ["x", "y", "z"], of },
      universe: { source: { file: "u.csv", sha256: "" }, notes: [], members },
    };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: dates - 1 }), (last) => {
        const { groups, universe } = afterwards(whole, last, "cut");
        expect(Array.from(groups?.of ?? [])).toEqual(upTo(of, dates, last));
        expect(Array.from(universe?.members ?? [])).toEqual(upTo(members, dates, last));
      }),
    );
  });

  it("cuts what follows, alters nearly all of it, or keeps each symbol's values in another order", () => {
    expect(afterwards(panel, 19, "cut").dates).toEqual(panel.dates.slice(0, 20));
    const later = (values: Float64Array, n: number) => Array.from(values.subarray(n * dates + 20, (n + 1) * dates));
    const [altered, shuffled] = [afterwards(panel, 19, "altered"), afterwards(panel, 19, "shuffled")];
    panel.symbols.forEach((_, n) => {
      const before = later(panel.fields.close, n);
      const kept = later(altered.fields.close, n).filter((value, at) => value === before[at]);
      expect(kept).toEqual([]);
      const moved = later(shuffled.fields.close, n);
      expect(moved.toSorted()).toEqual(before.toSorted());
      expect(moved).not.toEqual(before);
    });
    expect(altered.present).not.toEqual(panel.present);
  });

  it("refuses a day that is not on the calendar", () => {
    expect(() => afterwards(panel, dates, "cut")).toThrow("date 60 is not one of the 60 of the calendar");
  });
});
