import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dailySeriesCsv, parseDailySeriesCsv } from "./daily-series-csv.js";

const anySeries = fc
  .array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 5 })
  .map((values) => ({
    dates: values.map((_, day) => `2020-01-0${day + 1}`),
    values: Float64Array.from(values, (value) => value + 0),
  }));

describe("daily series as CSV", () => {
  it("read back to the bit, by name", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("oracle", "ridge", "observable"), anySeries), (series) => {
        expect(parseDailySeriesCsv(dailySeriesCsv(series))).toEqual(series);
      }),
    );
  });

  it("are refused where a line is of another form", () => {
    const text = "name,date,rankIc\noracle,2020-01-01,0.5\noracle,2020-01-02\n";
    expect(() => parseDailySeriesCsv(text)).toThrow("daily series: line 3 is not of the form name,date,number");
  });
});
