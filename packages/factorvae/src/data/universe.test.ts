import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { panelFromFields } from "./panel.js";
import { topByDollarVolume, universeMembers, withUniverse, withUniverseFile } from "./universe.js";
import { parseUniverse, type Spell } from "./universe-file.js";

const symbols = ["A", "B", "C", "D"];
const day = (t: number) => new Date(Date.UTC(2020, 0, 1 + t)).toISOString().slice(0, 10);
const calendar = Array.from({ length: 8 }, (_, t) => day(2 * t));
const source = { file: "universe.csv", sha256: "" };
const everywhere = { file: null, top: "all" as const, days: 60 };

function panelOf(close: readonly number[], volume?: readonly number[], present?: readonly number[]) {
  const fields = { close: Float64Array.from(close), ...(volume && { volume: Float64Array.from(volume) }) };
  return panelFromFields(calendar, symbols, fields, present && Uint8Array.from(present));
}
const cells = symbols.length * calendar.length;
const prices = panelOf(new Array(cells).fill(10));

const anySpell: fc.Arbitrary<Spell> = fc
  .record({
    symbol: fc.constantFrom(...symbols, "GONE"),
    from: fc.integer({ min: -2, max: 17 }),
    length: fc.option(fc.nat(9)),
  })
  .map(({ symbol, from, length }) => ({
    symbol,
    from: day(from),
    ...(length !== null && { to: day(from + length) }),
  }));

describe("a universe from a file", () => {
  test("marks the dates of each spell, both ends included, of several a symbol together", () => {
    fc.assert(
      fc.property(fc.array(anySpell, { minLength: 1, maxLength: 8 }), (spells) => {
        fc.pre(spells.some(({ symbol }) => symbol !== "GONE"));
        const text = ["symbol,from,to", ...spells.map(({ symbol, from, to }) => `${symbol},${from},${to ?? ""}`)].join(
          "\n",
        );
        expect(parseUniverse(text)).toEqual(spells);
        const { universe } = withUniverse(prices, spells, source);
        const expected = symbols.flatMap((symbol) =>
          calendar.map((date) =>
            spells.some((one) => one.symbol === symbol && one.from <= date && (one.to ?? "9") >= date) ? 1 : 0,
          ),
        );
        expect([...(universe?.members ?? [])]).toEqual(expected);
        const isLacking = spells.some(({ symbol }) => symbol === "GONE");
        const listed = new Set(spells.map(({ symbol }) => symbol)).size;
        expect(universe?.notes).toEqual(
          isLacking ? [`Of the universe's ${listed} symbols 1 are not in the prices: GONE.`] : [],
        );
      }),
    );
  });

  test("is read with columns in any order and dates in any form, and its bytes are known again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "universe-"));
    try {
      const path = join(folder, "u.csv");
      writeFileSync(path, "To;Symbol;From;note\n;B;20200103;x\n2020/1/5;A;2020-01-01;\n");
      const { universe } = await withUniverseFile(prices, path);
      expect([...(universe?.members ?? [])].slice(0, 16)).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1]);
      expect(universe?.source).toEqual({ file: path, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
      await expect(withUniverseFile(prices, join(folder, "none.csv"))).rejects.toThrow(/none\.csv/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ["symbol,from\nA,2020-01-01\n", "universe, line 1: a universe needs one column to; the columns are symbol, from"],
    ["A,2020-01-01,\n", "universe, line 1: a universe needs one column symbol"],
    ["symbol,from,to\n", "the universe has no row"],
    ["", "the universe has no row"],
    ["symbol,from,to\nA,01/02/2020,\n", 'line 2, column "from", value "01/02/2020": this is no date'],
    ["symbol,from,to\nA,,\n", 'line 2, column "from", value "": this is no date'],
    ["symbol,from,to\nA,2020-01-01,soon\n", 'line 2, column "to", value "soon": this is no date'],
    ["symbol,from,to\nA,2020-01-01,2019-01-01\n", "the spell ends before it begins, on 2020-01-01"],
    ["symbol,from,to\n,2020-01-01,\n", 'line 2, column "symbol": the row has no symbol'],
    ["symbol,from,to\nA,2020-01-01\n", "line 2: the row has 2 fields; an empty to still needs its separator"],
  ])("%j is refused with its place", (text, message) => {
    expect(() => parseUniverse(text)).toThrow(message);
  });

  test("of other symbols than the prices' is refused with both", () => {
    expect(() => withUniverse(prices, [{ symbol: "a", from: "2020-01-01" }], source)).toThrow(
      "none of its 1 symbols (a); theirs are A, B, C, D",
    );
  });
});

describe("the most traded", () => {
  const anyMarket = fc.tuple(
    fc.array(fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 4 }) }, fc.constant(Number.NaN)), {
      minLength: cells,
      maxLength: cells,
    }),
    fc.array(fc.nat(3), { minLength: cells, maxLength: cells }),
    fc.array(fc.constantFrom(1, 1, 1, 0), { minLength: cells, maxLength: cells }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 5 }),
  );

  test("are chosen by what was traded up to the date, among those that may be", () => {
    fc.assert(
      fc.property(anyMarket, anyMarket, ([close, volume, present, top, days], [, , among]) => {
        const panel = panelOf(close, volume, present);
        const members = topByDollarVolume(panel, { top, days }, Uint8Array.from(among));
        calendar.forEach((_, t) => {
          const ranked = symbols
            .map((_symbol, n) => {
              const window = calendar.flatMap((_date, u) => (u <= t && u > t - days ? [n * calendar.length + u] : []));
              const dollars = window.map((cell) => close[cell] * volume[cell]).filter((amount) => amount > 0);
              return { n, mean: dollars.reduce((sum, one) => sum + one, 0) / days };
            })
            .filter(
              ({ n, mean }) => mean > 0 && present[n * calendar.length + t] * among[n * calendar.length + t] === 1,
            )
            .sort((a, b) => b.mean - a.mean || a.n - b.n)
            .slice(0, top);
          const chosen = symbols.flatMap((_symbol, n) => (members[n * calendar.length + t] === 1 ? [n] : []));
          expect(chosen).toEqual(ranked.map(({ n }) => n).sort());
        });
      }),
    );
  });

  test("are ranked by unadjusted prices", () => {
    const panel = panelOf(
      [1, 1, 1, 1].flatMap((one) => calendar.map(() => one)),
      new Array(cells).fill(5),
    );
    const factor = Float64Array.from({ length: cells }, (_, cell) => (cell < calendar.length ? 0.5 : 1));
    const members = topByDollarVolume(
      { ...panel, fields: { ...panel.fields, factor } },
      { top: 1, days: 2 },
      panel.present,
    );
    expect([...members.subarray(0, calendar.length)]).toEqual(calendar.map(() => 1));
    expect(members.subarray(calendar.length).includes(1)).toBe(false);
  });

  test("cannot be told without a volume", () => {
    expect(() => universeMembers(prices, { ...everywhere, top: 2 })).toThrow(/universe\.top needs the volume/);
  });
});

test("the settings' universe is the panel's own, and a file that nobody read is missed", () => {
  expect(universeMembers(prices, everywhere)).toBeUndefined();
  const panel = withUniverse(prices, [{ symbol: "A", from: day(0) }], source);
  expect(universeMembers(panel, everywhere)).toBe(panel.universe?.members);
  expect(() => universeMembers(prices, { ...everywhere, file: "u.csv" })).toThrow(/withUniverseFile/);
});
