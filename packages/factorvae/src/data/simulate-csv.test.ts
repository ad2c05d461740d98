import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Panel } from "./panel.js";
import { parsePrices } from "./read.js";
import { simulate } from "./simulate.js";
import { pricesCsv } from "./simulate-csv.js";

function lines(panel: Panel): string[] {
  const text = [...pricesCsv(panel)].join("");
  expect(text.endsWith("\n")).toBe(true);
  return text.slice(0, -1).split("\n");
}

function panelOf(symbols: string[], dates: string[], values: Record<string, number[]>, present: number[]): Panel {
  const fields = Object.fromEntries(Object.entries(values).map(([name, column]) => [name, Float64Array.from(column)]));
  return {
    dates,
    symbols,
    fields,
    present: Uint8Array.from(present),
    rows: { read: 0, used: 0, dropped: {}, noted: {} },
  };
}

describe("pricesCsv", () => {
  it("reads back as the panel it was written from, to the bit", () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const { panel } = simulate({ seed, stocks: 30, days: 60 });
        const { dates, symbols, fields, present, rows } = parsePrices([...pricesCsv(panel)].join(""));
        expect({ dates, symbols, fields, present }).toEqual({
          dates: panel.dates,
          symbols: panel.symbols,
          fields: panel.fields,
          present: panel.present,
        });
        expect(rows.read).toBe(panel.rows.read);
        expect(rows.used).toBe(panel.rows.used);
        expect(rows.noted.suspended?.count).toBe(panel.rows.noted.suspended?.count);
      }),
      { numRuns: 5 },
    );
  });

  it("sorts by date and then by symbol", () => {
    const keys = lines(simulate({ seed: 2, stocks: 30, days: 40 }).panel)
      .slice(1)
      .map((row) => row.split(",").slice(0, 2).join(","));
    expect([...keys].sort()).toEqual(keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("repeats the last close on a suspended day, writes nothing for a missing value, and quotes symbols", () => {
    const nan = Number.NaN;
    const panel = panelOf(
      ['A"B,C', "D"],
      ["2020-01-01", "2020-01-02"],
      {
        open: [1, nan, nan, 5],
        high: [2, nan, nan, 6.5],
        low: [0.5, nan, nan, 4],
        close: [1.25, nan, nan, 5],
        volume: [100, 0, nan, 7],
      },
      [1, 1, 0, 1],
    );
    expect(lines(panel)).toEqual([
      "date,symbol,open,high,low,close,volume",
      '2020-01-01,"A""B,C",1,2,0.5,1.25,100',
      '2020-01-02,"A""B,C",1.25,1.25,1.25,1.25,0',
      "2020-01-02,D,5,6.5,4,5,7",
    ]);
    panel.fields.open[0] = nan;
    expect(lines(panel)[1]).toBe('2020-01-01,"A""B,C",,2,0.5,1.25,100');
  });

  it("refuses a panel without volume, naming what it has", () => {
    const panel = panelOf(["A"], ["2020-01-01"], { open: [1], high: [1], low: [1], close: [1] }, [1]);
    expect(() => [...pricesCsv(panel)]).toThrow(
      "pricesCsv: the panel has no column volume; it has open, high, low, close",
    );
  });
});
