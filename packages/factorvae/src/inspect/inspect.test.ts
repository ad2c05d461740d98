import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { medianInPlace } from "../data/median.js";
import { type Panel, panelFromFields } from "../data/panel.js";
import { parsePrices } from "../data/read.js";
import { simulate } from "../data/simulate.js";
import { coveragePicture, coverageText } from "./coverage-picture.js";
import { inspect } from "./inspect.js";

const market = simulate({ seed: 5, stocks: 20, days: 200 }).panel;
const dates = market.dates.length;

const found = (panel: Panel, name: string) => {
  const one = inspect(panel).found.find((kind) => kind.name === name);
  if (one === undefined) throw new Error(`there is no finder ${name}`);
  return one;
};
const placesOf = (panel: Panel, name: string): string[] =>
  found(panel, name).places.map(({ symbol, date }) => `${symbol} ${date}`);

/** The panel with some of its values changed. */
function changed(change: (fields: Record<string, Float64Array>) => void): Panel {
  const fields = Object.fromEntries(Object.entries(market.fields).map(([name, values]) => [name, values.slice()]));
  change(fields);
  return { ...market, fields };
}

/** A stock that trades without a break, and a date with a month on either side. */
const unbroken = market.symbols.flatMap((_, n) =>
  market.fields.volume.subarray(n * dates, (n + 1) * dates).every((volume) => volume > 0) ? [n] : [],
);
const somewhere = fc.record({ stock: fc.constantFrom(...unbroken), date: fc.integer({ min: 30, max: dates - 30 }) });

/** A small move over night, in two weeks of no large one: from news of another size no split could be told. */
function isOrdinary({ stock, date }: { stock: number; date: number }): boolean {
  const { open, close } = market.fields;
  const cell = stock * dates + date;
  const typical = (from: number): number => medianInPlace(close.slice(cell + from, cell + from + 5));
  return Math.abs(Math.log(open[cell] / close[cell - 1])) < 0.05 && Math.abs(Math.log(typical(0) / typical(-5))) < 0.15;
}

const placeName = ({ stock, date }: { stock: number; date: number }) =>
  `${market.symbols[stock]} ${market.dates[date]}`;

describe("inspect", () => {
  /** The market with one stock's prices before a date as they were before a split. */
  const withSplit = ({ stock, date }: { stock: number; date: number }, ratio: number, isSteady = false): Panel =>
    changed((fields) => {
      if (isSteady) fields.volume.subarray(stock * dates, (stock + 1) * dates).fill(1e6);
      for (let cell = stock * dates; cell < stock * dates + date; cell++) {
        for (const name of ["open", "high", "low", "close"]) fields[name][cell] *= ratio;
        fields.volume[cell] /= ratio;
      }
    });

  it("finds a split that was not adjusted, whatever the day, where volume is steady, and none in a market without", () => {
    expect(placesOf(market, "unadjusted-split")).toEqual([]);
    fc.assert(
      fc.property(somewhere, fc.constantFrom(2, 3, 4, 10, 1 / 5, 1 / 10), (place, ratio) => {
        fc.pre(isOrdinary(place));
        expect(placesOf(withSplit(place, ratio, true), "unadjusted-split")).toContain(placeName(place));
      }),
    );
  });

  it("finds most splits of two: where volume doubles or halves for weeks by itself, they cannot be told", () => {
    const places = unbroken.flatMap((stock) => [40, 80, 120, 160].map((date) => ({ stock, date })));
    const hits = places.filter((place) => placesOf(withSplit(place, 2), "unadjusted-split").includes(placeName(place)));
    expect(hits.length / places.length).toBeGreaterThan(0.8);
  });

  it("finds a close outside its bar, and a bar that is an island, wherever they are", () => {
    expect(placesOf(market, "bad-tick")).toEqual([]);
    fc.assert(
      fc.property(somewhere, fc.constantFrom(0.1, 0.5, 2, 100), fc.boolean(), (place, factor, isWhole) => {
        const names = isWhole ? ["open", "high", "low", "close"] : ["close"];
        const broken = changed((fields) => {
          for (const name of names) fields[name][place.stock * dates + place.date] *= factor;
        });
        expect(placesOf(broken, "bad-tick")).toEqual([placeName(place)]);
      }),
      { numRuns: 30 },
    );
  });

  it("finds prices of the next day by the volume that comes a day late", () => {
    const cell = unbroken[0] * dates + 150;
    const early = changed((fields) => {
      for (let at = cell - 100; at <= cell + 2; at++) {
        const price = (at < cell ? 100 : 107) * (1 + 0.001 * (at % 3));
        for (const name of ["open", "high", "low", "close"]) fields[name][at] = price;
        fields.volume[at] = at === cell + 1 ? 5e6 : 1e6;
      }
    });
    expect(placesOf(early, "early-jump")).toEqual([placeName({ stock: unbroken[0], date: 150 })]);
    expect(placesOf(market, "early-jump")).toEqual([]);
  });

  it("counts every late listing, delisting, missing row and suspended day of a market", () => {
    const rows = market.symbols.map((_, n) => Array.from(market.present.subarray(n * dates, (n + 1) * dates)));
    const span = rows.map((row) => [row.indexOf(1), row.lastIndexOf(1)]);
    expect(found(market, "late-listing").count).toBe(span.filter(([first]) => first > 0).length);
    expect(found(market, "delisting").count).toBe(span.filter(([, last]) => last < dates - 1).length);
    const inside = rows.flatMap((row, n) => row.slice(span[n][0], span[n][1]).filter((one) => one === 0)).length;
    const counted = found(market, "gap").places.reduce(
      (sum, { detail }) => sum + Number(/on (\d+)/.exec(detail)?.[1] ?? 1),
      0,
    );
    expect(counted).toBe(inside);
    expect(found(market, "suspended").count).toBe(market.rows.noted.suspended.count);
    expect(found(market, "missing-price").count).toBe(0);
    const { ended, hint } = inspect(simulate({ seed: 5, stocks: 20, days: 300 }).panel).survivorship;
    expect(ended).toBeGreaterThan(0);
    expect(hint).toMatch(/^2 of 20 symbols end before the file does, in 1\.\d years$/);
  });

  it("says that a market of which nobody ever leaves is one of survivors", () => {
    const count = 300;
    const days = simulate({ seed: 1, stocks: 10, days: count }).panel.dates;
    const panel = panelFromFields(days, ["A", "B"], { close: new Float64Array(2 * count).fill(5) });
    expect(inspect(panel).survivorship.hint).toContain("these are survivors");
    expect(
      inspect(panelFromFields(days.slice(0, 30), ["A", "B"], { close: new Float64Array(60).fill(5) })).survivorship
        .hint,
    ).toContain("too short a time to tell");
  });

  it("tells columns, rows, thin and missing days, crossed bars and missing prices of a file", () => {
    const days = ["02", "03", "04", "05", "06", "09", "10", "18", "19", "20"].map((day) => `2023-01-${day}`);
    const lines = days.flatMap((day, t) =>
      ["A", "B", "C", "D", "E", "F"].flatMap((symbol, n) => {
        if (day === "2023-01-19" && n > 2) return [];
        const high = symbol === "B" && t === 1 ? 1 : 12;
        const open = symbol === "C" && t === 2 ? "" : 10 + (n + t) / 10;
        return [`${day},${symbol},${open},${high},9,${10 + n / 10 + t / 7},${100 + n + t},x,${n}`];
      }),
    );
    const file = ["date,Name,open,high,low,close,vol,note,size", ...lines].join("\n");
    const inspection = inspect(parsePrices(file));
    expect(inspection.columns.map(({ name, meaning }) => `${name}=${meaning}`)).toEqual([
      ...["date=date", "Name=symbol", "open=open", "high=high", "low=low", "close=close"],
      ...["vol=volume", "note=left out", "size=kept"],
    ]);
    expect(inspection.calendar).toMatchObject({ weekdays: [2, 2, 2, 2, 2, 0, 0], daysWithout: 5 });
    expect(inspection.rows).toMatchObject({ read: 57, used: 57 });
    const of = (name: string) => inspection.found.find((kind) => kind.name === name)?.places;
    expect(of("missing-days")).toEqual([{ date: "2023-01-10", detail: "no row on the next 5 usual market days" }]);
    expect(of("thin-day")).toEqual([{ date: "2023-01-19", detail: "3 of 6 symbols" }]);
    expect(of("high-below-low")).toEqual([{ symbol: "B", date: "2023-01-03", detail: "high 1, low 9" }]);
    expect(of("missing-price")).toEqual([{ symbol: "C", date: "2023-01-04", detail: "no open" }]);
  });
});

describe("the picture of coverage", () => {
  it("holds every stock-day once, however it is divided", () => {
    const priced = market.fields.close.filter((price) => !Number.isNaN(price)).length;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 300 }), (bands, stretches) => {
        const picture = coveragePicture(market, bands, stretches);
        const lengths = picture.from.map(
          (date, at) =>
            (at + 1 < picture.from.length ? market.dates.indexOf(picture.from[at + 1]) : dates) -
            market.dates.indexOf(date),
        );
        const total = picture.share.flatMap((row, band) =>
          row.map((share, at) => share * picture.bands[band].symbols * lengths[at]),
        );
        expect(total.reduce((sum, part) => sum + part, 0)).toBeCloseTo(priced, 6);
      }),
    );
  });

  it("draws what is whole as whole, and what is empty as blank", () => {
    const days = market.dates.slice(0, 30);
    const close = Float64Array.from({ length: 60 }, (_, cell) => (cell < 30 || cell > 45 ? 5 : Number.NaN));
    const text = coverageText(coveragePicture(panelFromFields(days, ["A", "B"], { close }), 2, 30));
    const [first, second, axis] = text.split("\n");
    expect(first).toBe(`${"█".repeat(30)}  1`);
    expect(second).toBe(`${" ".repeat(16)}${"█".repeat(14)}  1`);
    expect(axis).toBe(`${days[0]}          ${days[29]}  symbols`);
  });
});
