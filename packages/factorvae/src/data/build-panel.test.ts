import { describe, expect, test } from "vitest";
import { parsePrices } from "./read.js";

const header = "date,symbol,open,high,low,close,volume\n";
const dates = Array.from({ length: 10 }, (_, t) => `2020-01-${String(t + 11).padStart(2, "0")}`);
const letters = ["A", "B", "C", "D", "E", "F"];

function rowsOf(symbols: readonly string[], onDates: readonly string[]): string {
  return onDates.flatMap((date) => symbols.map((symbol) => `${date},${symbol},10,12,9,11,100\n`)).join("");
}

const base = header + rowsOf(letters, dates);

describe("building a panel", () => {
  test("conflicting duplicates are refused, or follow the policy and are counted", () => {
    const text = `${base}2020-01-12,B,10,12,9,11.5,100\n`;
    expect(() => parsePrices(text)).toThrow(
      'prices, line 62, column "close", value "11.5": a second row for B on 2020-01-12, first on line 9, differs (11 there)',
    );
    const at = letters.indexOf("B") * dates.length + 1;
    const first = parsePrices(text, { duplicates: "first" });
    const last = parsePrices(text, { duplicates: "last" });
    expect([first.fields.close[at], last.fields.close[at]]).toEqual([11, 11.5]);
    for (const { rows } of [first, last]) {
      expect(rows.dropped.conflictingDuplicate.count).toBe(1);
      expect([rows.read, rows.used]).toEqual([61, 60]);
    }
  });

  test("prices that are not positive and negative volumes are missing and counted", () => {
    const text = base.replace("2020-01-11,A,10,12,9,11,100", "2020-01-11,A,0,12,-9,11,-100");
    const { fields, rows } = parsePrices(text);
    expect([fields.open[0], fields.high[0], fields.low[0], fields.close[0], fields.volume[0]]).toEqual([
      NaN,
      12,
      NaN,
      11,
      NaN,
    ]);
    expect(rows.noted.nonPositivePrice).toEqual({ count: 2, example: 'prices, line 2, column "open", value "0"' });
    expect(rows.noted.negativeVolume.count).toBe(1);
  });

  test("volume 0 is a suspension: prices missing, volume kept, row present", () => {
    const text = base.replace("2020-01-11,A,10,12,9,11,100", "2020-01-11,A,11,11,11,11,0");
    const { fields, rows, present } = parsePrices(text);
    expect([fields.open[0], fields.close[0], fields.volume[0], present[0]]).toEqual([NaN, NaN, 0, 1]);
    expect(rows.noted.suspended).toEqual({ count: 1, example: 'prices, line 2, column "volume", value "0"' });
  });

  test("zero volumes say nothing where over half of all volumes are 0", () => {
    const { fields, rows } = parsePrices(base.replace(/,100\n/g, ",0\n").replace(/,0\n$/, ",5\n"));
    expect(fields.close.every((close) => close === 11)).toBe(true);
    expect(rows.noted.zeroVolumeKept.count).toBe(59);
    expect(rows.noted.suspended).toBeUndefined();
  });

  test("impossible bars are used as given and counted with their values", () => {
    const text = base
      .replace("2020-01-11,A,10,12,9,11,100", "2020-01-11,A,10,8,9,8.5,100")
      .replace("2020-01-11,B,10,12,9,11,100", "2020-01-11,B,10,12,9,13,100");
    const { fields, rows } = parsePrices(text);
    expect([fields.high[0], fields.close[0]]).toEqual([8, 8.5]);
    expect(rows.noted.inconsistentBar).toEqual({
      count: 2,
      example: 'prices, line 2, column "close", value "8.5 (high 8, low 9)"',
    });
  });

  test("Adj Close beside Close scales open, high, low and close, and leaves volume", () => {
    const factors = ["5.5", "", "22", "11", "11", "-1"];
    const rowOf = (adjusted: string, i: number) =>
      `2020-01-${11 + (i % 3)},${i < 3 ? "A" : "B"},10,12,8,11,${adjusted},7\n`;
    const header = "Date,Symbol,Open,High,Low,Close,Adj Close,Volume\n";
    const { fields, rows } = parsePrices(header + factors.map(rowOf).join(""));
    expect(fields.open).toEqual(Float64Array.of(5, NaN, 20, 10, 10, NaN));
    expect(fields.high).toEqual(Float64Array.of(6, NaN, 24, 12, 12, NaN));
    expect(fields.close).toEqual(Float64Array.of(5.5, NaN, 22, 11, 11, NaN));
    expect(fields.volume).toEqual(Float64Array.of(7, 7, 7, 7, 7, 7));
    expect(fields.factor).toEqual(Float64Array.of(0.5, NaN, 2, 1, 1, NaN));
    expect(rows.noted.adjusted.count).toBe(2);
    expect(rows.noted.missingFactor.count).toBe(2);
    expect(rows.noted.nonPositivePrice.count).toBe(1);
  });

  test("an adjustment factor multiplies prices, unless the mapping says that it is none", () => {
    const text = base.replace("volume", "volume,adj_factor").replace(/,100\n/g, ",100,2\n");
    expect(parsePrices(text).fields.close[0]).toBe(22);
    const asGiven = parsePrices(text, { columns: { factor: null } });
    expect([asGiven.fields.close[0], asGiven.fields.adj_factor[0]]).toEqual([11, 2]);
  });

  test("a thin date is no market day, and read is used plus dropped", () => {
    const { rows, dates: kept, symbols } = parsePrices(`${base}2020-01-25,A,10,12,9,11,100\n2020-01-25,ZZ,1,1,1,1,1\n`);
    expect(kept).toEqual([...dates, "2020-01-25"]);
    expect(rows.dropped.thinDate).toBeUndefined();
    const stray = parsePrices(`${base}2020-01-25,ZZ,1,1,1,1,1\n`);
    expect(stray.dates).toEqual(dates);
    expect(stray.symbols).toEqual(letters);
    expect(stray.rows.dropped.thinDate).toEqual({
      count: 1,
      example: "prices: on 2020-01-25 1 symbols have a price, 6 had one on the 20 dates before",
    });
    expect(stray.rows.read).toBe(stray.rows.used + 1);
    expect(symbols).toEqual([...letters, "ZZ"]);
  });

  test("late listings, gaps and delistings are absent rows, not filled", () => {
    const text = header + rowsOf(["A", "B"], dates) + rowsOf(["L"], [...dates.slice(3, 5), ...dates.slice(6, 8)]);
    const { present, fields } = parsePrices(text);
    expect([...present.subarray(20)]).toEqual([0, 0, 0, 1, 1, 0, 1, 1, 0, 0]);
    expect([...fields.close.subarray(20)]).toEqual([NaN, NaN, NaN, 11, 11, NaN, 11, 11, NaN, NaN]);
  });

  test("columns so mixed up that nothing overlaps are refused", () => {
    const rows = Array.from({ length: 3000 }, (_, i) => `${1_000_000_000 + 86_400 * i},S${i},1\n`).join("");
    expect(() => parsePrices(`date,symbol,close\n${rows}`)).toThrow(/3000 rows spread over 3000 symbols x 3000 dates/);
  });

  describe("with a column of groups", () => {
    const grouped = `date,symbol,close,volume,sector\n${dates
      .flatMap((date, t) =>
        letters.map((letter, n) => `${date},${letter},10,100,${n === 5 ? "" : n < 3 || t > 6 ? "Tech" : "Oil, Gas"}\n`),
      )
      .join("")}`.replaceAll("Oil, Gas", '"Oil, Gas"');
    const options = { columns: { group: "sector" } };

    test("keeps the text of each row where it is mapped, and counts the rows without one", () => {
      const { groups, rows, fields } = parsePrices(grouped, options);
      const expected = letters.flatMap((_, n) =>
        dates.map((_date, t) => (n === 5 ? undefined : n < 3 || t > 6 ? "Tech" : "Oil, Gas")),
      );
      expect(Array.from(groups?.of ?? [], (group) => groups?.names[group])).toEqual(expected);
      expect(rows.noted.missingGroup).toEqual({ count: 10, example: 'prices, line 7, column "sector", value ""' });
      expect(fields.sector).toBeUndefined();
    });

    test("leaves it out where nobody maps it, as any text", () => {
      const { groups, rows } = parsePrices(grouped);
      expect(groups).toBeUndefined();
      expect(rows.noted.columnLeftOut.example).toContain('column "sector"');
    });

    test("takes two rows that differ in their group alone for a conflict", () => {
      const text = `${grouped}2020-01-12,B,10,100,Oil\n`;
      expect(() => parsePrices(text, options)).toThrow(
        'column "sector", value "Oil": a second row for B on 2020-01-12, first on line 9, differs (Tech there)',
      );
      const panel = parsePrices(text, { ...options, duplicates: "last" });
      expect(panel.groups?.names[panel.groups.of[dates.length + 1]]).toBe("Oil");
    });
  });
});
