import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayNumber, isoDate, parseDay } from "./dates.js";

const anyDay = fc.integer({ min: dayNumber(1800, 1, 1), max: dayNumber(2199, 12, 31) });
/** Days whose epoch counts cannot be taken for a compact date. */
const epochableDay = fc.integer({ min: dayNumber(1990, 1, 1), max: dayNumber(2199, 12, 31) });

describe("parseDay", () => {
  test("reads back every written form of a day", () => {
    const clocks = fc.constantFrom(
      "",
      " 00:00:00",
      "T15:30",
      "T23:59:59.999Z",
      " 00:00:00-05:00",
      "T00:00:00+0800",
      " 9:30:00",
    );
    fc.assert(
      fc.property(anyDay, clocks, (day, clock) => {
        const [year, month, date] = isoDate(day).split("-");
        for (const text of [
          `${year}-${month}-${date}`,
          `${year}/${Number(month)}/${Number(date)}`,
          `${year}.${month}.${date}`,
          `${year}${month}${date}`,
        ]) {
          expect(parseDay(text + clock)).toBe(day);
        }
        expect(parseDay(`${year}${month}${date}.0`)).toBe(day);
      }),
    );
  });

  test("reads epoch seconds, milliseconds, microseconds and nanoseconds of any time of the day", () => {
    fc.assert(
      fc.property(epochableDay, fc.integer({ min: 0, max: 86_399 }), (day, second) => {
        const seconds = BigInt(day) * 86_400n + BigInt(second);
        for (const unit of [1n, 1_000n, 1_000_000n, 1_000_000_000n]) expect(parseDay(String(seconds * unit))).toBe(day);
        expect(parseDay(`${seconds}.0`)).toBe(day);
      }),
    );
  });

  test("refuses what is no day or could be two", () => {
    const texts = [
      "",
      "2013-02-30",
      "20131301",
      "08/02/2013",
      "2/8/13",
      "2013-2/8",
      "8-Feb-13",
      "41313",
      "-",
      "2013-02-08x",
    ];
    for (const text of [...texts, "2013-02", "99999999", "0", "2013-02-08 noon", "1e99"])
      expect(parseDay(text)).toBeNaN();
  });
});
