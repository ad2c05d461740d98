import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataError } from "./data-error.js";
import { isoDate, parseDay } from "./dates.js";
import { dayReader } from "./day-reader.js";
import { Instant } from "./sources/table.js";

const moment = "2018-02-07T21:30:00Z";
const milliseconds = Date.parse(moment);
/** A day of bars that is stamped with its midnight in New York. */
const midnight = Date.parse("2018-02-07T05:00:00Z");

describe("a moment", () => {
  test("is a date of the zone that is set, whether typed, counted or written with an offset", () => {
    const inZone = (timeZone?: string) => {
      const read = dayReader(undefined, timeZone);
      const values = [new Instant(milliseconds), milliseconds, String(milliseconds / 1000), moment];
      return values.map((value) => isoDate(read(value)));
    };
    expect(inZone("Asia/Tokyo")).toEqual(new Array(4).fill("2018-02-08"));
    expect(inZone("America/New_York")).toEqual(new Array(4).fill("2018-02-07"));
    expect(inZone()).toEqual(new Array(4).fill("2018-02-07"));
    const read = dayReader(undefined, "America/Los_Angeles");
    expect(isoDate(read(new Instant(midnight)))).toBe("2018-02-06");
    expect(isoDate(dayReader("DD/MM/YYYY", "Asia/Tokyo")("07/02/2018 21:30:00+00:00"))).toBe("2018-02-08");
  });

  test("written with an offset is the date that is written, where no zone is set", () => {
    expect(isoDate(dayReader()("2018-02-08T00:00:00+09:00"))).toBe("2018-02-08");
    expect(isoDate(dayReader(undefined, "UTC")("2018-02-08T00:00:00+09:00"))).toBe("2018-02-07");
  });

  test("is of the same date as midday there, on every day and in zones of any offset, summer time or not", () => {
    const zones = ["Pacific/Kiritimati", "Asia/Kolkata", "Europe/Berlin", "America/New_York", "Pacific/Pago_Pago"];
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: -20_000, max: 60_000 }), (zone, day) => {
        const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, dateStyle: "short" });
        const at = day * 86_400_000 + 43_200_000;
        const [d, m, y] = clock.format(at).split("/");
        expect(isoDate(dayReader(undefined, zone)(new Instant(at)))).toBe(`${y}-${m}-${d}`);
      }),
    );
  });
});

test("what bears no offset is the same date in every zone", () => {
  const texts = ["2018-02-07", "20180207", "2018/2/7", "2018-02-07 21:30:00", "20180207.0"];
  for (const zone of ["Asia/Tokyo", "America/New_York"]) {
    const read = dayReader(undefined, zone);
    for (const text of texts) expect(read(text)).toBe(parseDay("2018-02-07"));
    expect(read(new Date("2018-02-07T21:30:00Z"))).toBe(parseDay("2018-02-07"));
    expect(read(20_180_207)).toBe(parseDay("2018-02-07"));
    expect(read("soon")).toBeNaN();
  }
});

test("a zone that does not exist is refused by its name", () => {
  expect(() => dayReader(undefined, "Mars/Olympus")).toThrow(DataError);
  expect(() => dayReader(undefined, "Mars/Olympus")).toThrow(
    'data.timeZone, value "Mars/Olympus": there is no such time zone; take an IANA name, such as America/New_York',
  );
});
