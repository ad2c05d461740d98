import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alpha158 } from "../src/data/alpha158.js";
import { featureNames } from "../src/data/alpha158-features.js";
import { isoDate } from "../src/data/dates.js";
import { type Panel, panelFrom, panelFromFields } from "../src/data/panel.js";
import { readPrices } from "../src/data/read.js";
import { simulate } from "../src/data/simulate.js";

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const script = pathOf("./fixtures/make-alpha158.py");
const prices = pathOf("../../../../shared/data/sp500_2013_2018.csv.gz");
const python = "/usr/bin/python3";

/** What the fixture's script wrote: missing values are null. */
interface Fixture {
  readonly names: readonly string[];
  readonly dates: number;
  readonly series: readonly {
    readonly name: string;
    readonly bars: Readonly<Record<string, readonly (number | null)[]>>;
    readonly features: Readonly<Record<string, readonly (number | null)[]>>;
  }[];
}

/** Whether a value is the oracle's, which is NaN where missing. */
function agrees(actual: number, expected: number): boolean {
  if (Number.isNaN(expected)) return Number.isNaN(actual);
  return Math.abs(actual - expected) <= Math.max(1e-7, 1e-5 * Math.abs(expected));
}

const calendarOf = (dates: number): string[] => Array.from({ length: dates }, (_, at) => isoDate(18_000 + at));
const orMissing = (values: readonly (number | null)[]): number[] => values.map((value) => value ?? Number.NaN);

/** The panel of one stock as a file with its rows would be read: a suspended row has its volume alone. */
function panelOf({ name, bars }: Fixture["series"][number], dates: number): Panel {
  const volume = orMissing(bars.volume);
  const suspends = 2 * volume.filter((value) => value === 0).length <= volume.length;
  const fields = Object.entries(bars).map(([field, values]): [string, Float64Array] => {
    const given = orMissing(values);
    const cleaned = given.map((value, at) => (field !== "volume" && suspends && volume[at] === 0 ? Number.NaN : value));
    return [field, Float64Array.from(cleaned)];
  });
  return panelFromFields(calendarOf(dates), [name], Object.fromEntries(fields));
}

describe("Alpha158 beside an independent computation, window by window", () => {
  const fixture: Fixture = JSON.parse(readFileSync(pathOf("./fixtures/alpha158.json"), "utf8"));

  test("the fixture holds all 158", () => {
    expect(fixture.names.toSorted()).toEqual(featureNames.toSorted());
    expect(fixture.names.length).toBe(158);
    expect(fixture.series.length).toBe(13);
  });

  test.each(fixture.series)("every feature of a series '$name' agrees", (series) => {
    const table = alpha158(panelOf(series, fixture.dates), fixture.names);
    const disagreements = Object.entries(series.features).flatMap(([date, values]) =>
      orMissing(values).flatMap((expected, c) => {
        const actual = table.values[Number(date) * fixture.names.length + c];
        return agrees(actual, expected) ? [] : [`${fixture.names[c]} on day ${date}: ${actual}, expected ${expected}`];
      }),
    );
    expect(disagreements).toEqual([]);
  });
});

const hasNumpy = existsSync(python) && spawnSync(python, ["-c", "import numpy"]).status === 0;

describe.skipIf(!hasNumpy || !existsSync(prices))(
  "Alpha158 of 40 symbols of the S&P 500 (needs ../shared/data, and numpy for /usr/bin/python3)",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "alpha158-"));
    afterAll(() => rmSync(folder, { recursive: true }));
    let panel: Panel;
    beforeAll(async () => {
      panel = await readPrices(prices);
    });

    test("every value agrees with what the script finds", () => {
      const out = join(folder, "real");
      execFileSync(python, ["-B", script, "prices", prices, out]);
      const { symbols, dates, names }: Record<"symbols" | "dates" | "names", string[]> = JSON.parse(
        readFileSync(`${out}.json`, "utf8"),
      );
      const bytes = readFileSync(`${out}.bin`);
      const oracle = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
      expect(dates).toEqual(panel.dates);
      expect([symbols.length, names.length]).toEqual([40, 157]);
      const table = alpha158(ofSymbols(panel, symbols), names);
      expect(oracle.length).toBe(table.values.length);
      let [compared, missing] = [0, 0];
      const disagreements: string[] = [];
      oracle.forEach((expected, at) => {
        compared++;
        if (Number.isNaN(expected)) missing++;
        if (agrees(table.values[at], expected)) return;
        const row = Math.floor(at / names.length);
        const [symbol, date] = [symbols[Math.floor(row / dates.length)], dates[row % dates.length]];
        const told = `${names[at % names.length]} of ${symbol} on ${date}: ${table.values[at]}, expected ${expected}`;
        if (disagreements.length < 20) disagreements.push(told);
      });
      expect(disagreements).toEqual([]);
      expect(compared).toBe(40 * 1259 * 157);
      expect(missing / compared).toBeLessThan(0.35);
    });

    test("without the first 100 days, what no window reaches has the same bits", () => {
      expectSameBitsWithout(100, ofSymbols(panel, panel.symbols.slice(0, 120)));
    });
  },
);

describe("Alpha158 of a simulated market", () => {
  test("without the first 100 days, what no window reaches has the same bits", () => {
    expectSameBitsWithout(100, simulate({ seed: 11, stocks: 12, days: 260 }).panel);
  });
});

/** The part of a panel with some of its symbols, in their order. */
function ofSymbols({ dates, symbols, fields, present }: Panel, some: readonly string[]): Panel {
  const places = some.map((symbol) => symbols.indexOf(symbol) * dates.length);
  const picked = <Values extends Float64Array | Uint8Array>(values: Values, room: Values): Values => {
    places.forEach((from, at) => {
      room.set(values.subarray(from, from + dates.length), at * dates.length);
    });
    return room;
  };
  const cells = some.length * dates.length;
  return panelFromFields(
    dates,
    some,
    Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, picked(values, new Float64Array(cells))])),
    picked(present, new Uint8Array(cells)),
  );
}

/** Compares bits of features by their own look-back: a bar's reach no day before, a window of 60 days 60. */
function expectSameBitsWithout(days: number, panel: Panel): void {
  const names = featureNames.filter((name) => name !== "VWAP0");
  const later = panelFrom(panel, days);
  const [whole, cut] = [alpha158(panel, names), alpha158(later, names)];
  const [before, after] = [whole, cut].map(({ values }) => new Uint32Array(values.buffer, values.byteOffset));
  const reach = names.map(lookBack);
  let [compared, different] = [0, 0];
  const width = names.length;
  panel.symbols.forEach((_, n) => {
    for (let t = days; t < panel.dates.length; t++)
      for (let c = 0; c < width; c++) {
        if (t - days < reach[c]) continue;
        compared++;
        const at = (n * panel.dates.length + t) * width + c;
        const cutAt = (n * later.dates.length + t - days) * width + c;
        if (before[at] !== after[cutAt]) different++;
      }
  });
  const expected = reach.reduce((sum, dates) => sum + later.dates.length - dates, 0) * panel.symbols.length;
  expect([compared, different]).toEqual([expected, 0]);
}

/** The dates before its own that a feature of a window reads. */
const lookBack = (name: string): number => (/^K/.test(name) ? 0 : Number(/\d+$/.exec(name)?.[0] ?? 0));
