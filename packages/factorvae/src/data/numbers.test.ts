import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fastNumber, parseCell } from "./numbers.js";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

function withSeparators(value: number, thousands: string, mark: string): string {
  const [whole, fraction] = Math.abs(value).toFixed(2).split(".");
  return `${value < 0 ? "-" : ""}${whole.replace(/\B(?=(\d{3})+$)/g, thousands)}${mark}${fraction}`;
}

describe("reading a cell", () => {
  test("every finite number comes back as it was written, quickly and slowly", () => {
    fc.assert(
      fc.property(finite, (value) => {
        expect(fastNumber(String(value))).toBe(Number(String(value)));
        expect(parseCell(` ${value} `, ".")).toEqual({ kind: "number", value: Number(String(value)) });
      }),
    );
  });

  test("thousands separators are taken off, with either decimal mark", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (cents) => {
        const value = cents / 100;
        const expected = Number(value.toFixed(2));
        expect(parseCell(withSeparators(expected, ",", "."), ".").value + 0).toBe(expected + 0);
        expect(parseCell(withSeparators(expected, ".", ","), ",").value + 0).toBe(expected + 0);
      }),
    );
  });

  test("the quick way gives either the slow way's value or NaN, on any text", () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9.,eExobn_ ]{0,8}$/));
    fc.assert(
      fc.property(texts, (text) => {
        const quick = fastNumber(text);
        if (!Number.isNaN(quick)) expect(parseCell(text, ".")).toEqual({ kind: "number", value: quick });
      }),
      { numRuns: 2000 },
    );
  });

  test("markers are missing, words and odd forms are text", () => {
    for (const text of ["", " ", "-", "NaN", "n/a", "#VALUE!", "NULL", "#DIV/0!", "inf", "1e999"]) {
      expect(parseCell(text, ".").kind).toBe("missing");
    }
    for (const text of ["abc", "0x1f", "1,23", "12,3456", "1.2.3", "5%", "$5", "1_000", "--5"]) {
      expect(parseCell(text, ".").kind).toBe("text");
    }
  });

  test("a comma that may be either mark is ambiguous, not guessed", () => {
    expect(parseCell("2,400", undefined).kind).toBe("ambiguous");
    expect(parseCell("2.4", undefined)).toEqual({ kind: "number", value: 2.4 });
    expect(parseCell("Smith, Jones", undefined).kind).toBe("text");
  });
});
