import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recogniseColumns } from "./columns.js";
import { DataError } from "./data-error.js";

describe("recogniseColumns", () => {
  test("a known name is recognised in any case and with any spaces and underscores", () => {
    const spelling = fc.constantFrom(
      (name: string) => name,
      (name: string) => name.toUpperCase(),
      (name: string) => ` ${name[0].toUpperCase()}${name.slice(1)} `,
      (name: string) => `$${name}`,
    );
    const date = fc.constantFrom("date", "datetime", "trade_date", "timestamp", "Trade Date");
    const symbol = fc.constantFrom("symbol", "Name", "ticker", "ts_code", "instrument", "code");
    fc.assert(
      fc.property(spelling, date, symbol, (spell, dateName, symbolName) => {
        const header = [dateName, symbolName, "open", "high", "low", "close", "volume", "vwap", "size"].map(spell);
        const columns = recogniseColumns("p.csv", header);
        expect([...columns.roles]).toEqual([
          ["date", 0],
          ["symbol", 1],
          ["open", 2],
          ["high", 3],
          ["low", 4],
          ["close", 5],
          ["volume", 6],
          ["vwap", 7],
        ]);
        expect(columns.further).toEqual([8]);
      }),
    );
  });

  test("Close beside Adj Close is no ambiguity", () => {
    const columns = recogniseColumns("p.csv", ["Date", "Symbol", "Close", "Adj Close"]);
    expect(columns.close).toBe(2);
    expect(columns.roles.get("adjustedClose")).toBe(3);
  });

  test("what is ambiguous is refused with the candidates named", () => {
    const header = ["date", "symbol", "name", "close"];
    expect(() => recogniseColumns("p.csv", header)).toThrow(
      'p.csv: several columns could be the symbol: "symbol", "name"; choose one with data.columns.symbol',
    );
    expect(recogniseColumns("p.csv", header, { symbol: "name" }).symbol).toBe(2);
    expect(() => recogniseColumns("p.csv", ["date", "symbol", "close", "adj_close", "factor"])).toThrow(/could adjust/);
    const chosen = recogniseColumns("p.csv", ["date", "symbol", "close", "adj_close", "factor"], { factor: null });
    expect(chosen.further).toEqual([4]);
  });

  test("a missing date, symbol or close is refused with the columns found", () => {
    for (const role of ["date", "symbol", "close"]) {
      const header = ["date", "symbol", "close"].map((name) => (name === role ? "mystery" : name));
      expect(() => recogniseColumns("p.csv", header)).toThrow(DataError);
      expect(() => recogniseColumns("p.csv", header)).toThrow(
        `no column is recognised as the ${role}; the columns are "`,
      );
      expect(() => recogniseColumns("p.csv", header)).toThrow('"mystery"');
    }
  });

  test("a mapping to a column that is not there, or twice to one, is refused", () => {
    const header = ["date", "symbol", "close"];
    expect(() => recogniseColumns("p.csv", header, { open: "Eröffnung" })).toThrow(
      /: data\.columns\.open names "Eröffnung"/,
    );
    expect(() => recogniseColumns("p.csv", header, { open: "close", close: "close" })).toThrow(/name the same column/);
    expect(() => recogniseColumns("p.csv", ["date", "symbol", "close", "close"])).toThrow(/two columns bear this name/);
  });
});
