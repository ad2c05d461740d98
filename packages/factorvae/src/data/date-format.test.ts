import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataError } from "./data-error.js";
import { dateFormatReader } from "./date-format.js";
import { dayNumber, isoDate } from "./dates.js";

const anyDay = fc.integer({ min: dayNumber(1970, 1, 1), max: dayNumber(2068, 12, 31) });
const monthNames = ["January", "February", "March", "April", "May", "June", "July", "August", "September"].concat([
  "October",
  "November",
  "December",
]);

/** How a day looks in a format, written without the reader. */
const written: Readonly<Record<string, (year: string, month: string, day: string) => string>> = {
  "DD/MM/YYYY": (year, month, day) => `${day}/${month}/${year}`,
  "MM/DD/YYYY": (year, month, day) => `${month}/${day}/${year}`,
  "D.M.YYYY": (year, month, day) => `${Number(day)}.${Number(month)}.${year}`,
  "M/D/YY": (year, month, day) => `${Number(month)}/${Number(day)}/${year.slice(2)}`,
  "DD/MM/YY": (year, month, day) => `${Number(day)}/${month}/${year.slice(2)}`,
  YYYYMMDD: (year, month, day) => `${year}${month}${day}`,
  DDMMYY: (year, month, day) => `${day}${month}${year.slice(2)}`,
  "DD-MMM-YYYY": (year, month, day) => `${day}-${monthNames[Number(month) - 1].slice(0, 3).toUpperCase()}-${year}`,
  "MMMM D, YYYY": (year, month, day) => `${monthNames[Number(month) - 1]} ${Number(day)}, ${year}`,
};

describe("dateFormatReader", () => {
  test("reads back every day in every format, with or without a time", () => {
    fc.assert(
      fc.property(
        anyDay,
        fc.constantFrom(...Object.entries(written)),
        fc.constantFrom("", " 15:30", "T00:00:00Z"),
        (day, [format, write], clock) => {
          const [year, month, date] = isoDate(day).split("-");
          expect(dateFormatReader(format)(write(year, month, date) + clock)).toBe(day);
        },
      ),
    );
  });

  test("day-first and month-first are what the format says, and other forms are not read", () => {
    expect(isoDate(dateFormatReader("DD/MM/YYYY")("08/02/2013"))).toBe("2013-02-08");
    expect(isoDate(dateFormatReader("MM/DD/YYYY")("08/02/2013"))).toBe("2013-08-02");
    for (const text of ["2013-02-08", "31/02/2013", "08/13/2013", "8/2/13", "08/02/2013x", "", "20130208"])
      expect(dateFormatReader("DD/MM/YYYY")(text)).toBeNaN();
  });

  test("two-digit years are of 1969 to 2068", () => {
    expect(isoDate(dateFormatReader("DD/MM/YY")("01/01/69"))).toBe("1969-01-01");
    expect(isoDate(dateFormatReader("DD/MM/YY")("01/01/68"))).toBe("2068-01-01");
  });

  test("a format that lacks or repeats a part is refused by name", () => {
    for (const [format, part] of [
      ["MM/DD", "year"],
      ["YYYY-DD", "month"],
      ["DD/DD/YYYY", "month"],
      ["DD/MM/YYYY DD", "day"],
      ["%d/%m/%Y", "year"],
    ]) {
      expect(() => dateFormatReader(format)).toThrow(DataError);
      expect(() => dateFormatReader(format)).toThrow(
        `data.dateFormat, value "${format}": the format has to name the ${part} once`,
      );
    }
  });
});
