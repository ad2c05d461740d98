import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { DataError } from "./data-error.js";
import { withFeatures } from "./own-features.js";
import { type Panel, panelFromFields } from "./panel.js";
import { writtenFeatures } from "./written-features.js";

const dates = ["2020-01-02", "2020-01-03", "2020-01-06"];
const symbols = ["000001", "NAN", "B.C"].sort();
const gone = symbols.indexOf("NAN") * dates.length + 1;

/** Three stocks on three dates; NAN has no row on the second. */
const panel: Panel = panelFromFields(
  dates,
  symbols,
  { close: Float64Array.from({ length: 9 }, (_, cell) => (cell === gone ? Number.NaN : 10 + cell)) },
  Uint8Array.from({ length: 9 }, (_, cell) => (cell === gone ? 0 : 1)),
);

function file(text: string | Uint8Array, name = "own.csv"): string {
  const folder = mkdtempSync(join(tmpdir(), "factorvae-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const cellOf = (symbol: string, date: string): number => symbols.indexOf(symbol) * dates.length + dates.indexOf(date);

const refused = async (text: string, rule: RegExp, of: Panel = panel): Promise<DataError> => {
  const error = await withFeatures(of, file(text)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DataError);
  if (!(error instanceof DataError)) throw error;
  expect(error.message).toMatch(rule);
  return error;
};

describe("withFeatures", () => {
  it("puts every number where date and symbol say, whatever the order of rows and columns; nothing elsewhere", async () => {
    const cells = [...panel.present.keys()].filter((cell) => panel.present[cell] === 1);
    const value = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), {
      nil: undefined,
    });
    await fc.assert(
      fc.asyncProperty(
        fc
          .shuffledSubarray(cells, { minLength: 1 })
          .chain((chosen) =>
            fc.tuple(fc.constant(chosen), fc.array(value, { minLength: chosen.length, maxLength: chosen.length })),
          ),
        fc.shuffledSubarray(["date", "symbol", "size"], { minLength: 3 }),
        fc.boolean(),
        async ([chosen, values], order, zipped) => {
          fc.pre(values.some((one) => one !== undefined));
          const rows = chosen.map((cell, at) => {
            const fields: Record<string, string> = {
              date: dates[cell % dates.length].replaceAll("-", "/"),
              symbol: symbols[Math.floor(cell / dates.length)],
              size: values[at] === undefined ? "" : String(values[at]),
            };
            return order.map((name) => fields[name]).join(",");
          });
          const text = `${[order.join(","), ...rows].join("\n")}\n`;
          const path = zipped ? file(gzipSync(text), "own.csv.gz") : file(text);
          const joined = await withFeatures(panel, path);
          const expected = new Float64Array(9).fill(Number.NaN);
          chosen.forEach((cell, at) => {
            expected[cell] = values[at] ?? Number.NaN;
          });
          // -0 is written as 0.
          expect([...joined.fields.size].map((one) => one + 0)).toEqual([...expected].map((one) => one + 0));
          expect(joined.fields.close).toBe(panel.fields.close);
          const [own] = joined.ownFeatures ?? [];
          expect(own.names).toEqual(["size"]);
          expect(own.rows).toMatchObject({ read: chosen.length, used: chosen.length, dropped: {} });
        },
      ),
      { numRuns: 60 },
    );
  });

  it("counts rows that the prices do not have, with an example each, and tells rows of the prices that it lacks", async () => {
    const path = file(
      "instrument,datetime,pe,note\n000001,2020-01-02,1,a\nXX,2020-01-02,2,b\n000001,2020-01-04,3,c\nNAN,2020-01-03,4,d\nNAN,20200106,5,e\n",
    );
    const [own] = (await withFeatures(panel, path)).ownFeatures ?? [];
    expect(own.rows.read).toBe(5);
    expect(own.rows.used).toBe(2);
    expect(own.rows.dropped).toEqual({
      symbolNotInPrices: { count: 1, example: "own.csv, line 3: XX on 2020-01-02" },
      dateNotInPrices: { count: 1, example: "own.csv, line 4: 000001 on 2020-01-04" },
      noRowInPrices: { count: 1, example: "own.csv, line 5: NAN on 2020-01-03" },
    });
    expect(own.notes).toEqual([
      expect.stringMatching(/^Of the 5 rows of own\.csv 3 are not used: 1 symbolNotInPrices \(own\.csv, line 3: XX on/),
      "6 of the 8 rows of the prices have none in own.csv: its features are missing there.",
      expect.stringMatching(/no features: 1 \(own\.csv, line 2, column "note", value "a": not numeric\)/),
    ]);
    expect(own.source.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("follows the policy for duplicates: equal rows are one, others are refused by line or chosen", async () => {
    const same = "date,symbol,pe\n2020-01-02,NAN,1\n2020-01-02,NAN,1\n";
    const [own] = (await withFeatures(panel, file(same))).ownFeatures ?? [];
    expect(own.rows).toMatchObject({ read: 2, used: 1, dropped: { duplicate: { count: 1 } } });
    const other = "date,symbol,pe\n2020-01-02,NAN,1\n2020-01-02,NAN,2\n";
    const error = await refused(other, /a second row for NAN on 2020-01-02, first on line 2, differs \(1 there\)/);
    expect(error).toMatchObject({ line: 3, column: "pe", value: "2" });
    const at = cellOf("NAN", "2020-01-02");
    expect((await withFeatures(panel, file(other), { duplicates: "first" })).fields.pe[at]).toBe(1);
    expect((await withFeatures(panel, file(other), { duplicates: "last" })).fields.pe[at]).toBe(2);
  });

  it("reads dates, markers and mapped keys as the prices' settings say, and passes over a mapping that is not the file's", async () => {
    const path = file("day,Code,pe\n03/01/2020,B.C,-99\n06/01/2020,B.C,7\n");
    const joined = await withFeatures(panel, path, {
      columns: { date: "day", symbol: "Code", close: "Last" },
      dateFormat: "DD/MM/YYYY",
      missing: [-99],
    });
    expect(joined.fields.pe[cellOf("B.C", "2020-01-03")]).toBeNaN();
    expect(joined.fields.pe[cellOf("B.C", "2020-01-06")]).toBe(7);
    const named = await withFeatures(panel, file("date,ticker,pe\n2020-01-06,B.C,7\n"), {
      columns: { symbol: "Code" },
    });
    expect(named.fields.pe[cellOf("B.C", "2020-01-06")]).toBe(7);
  });

  it("takes what the Parquet writer of features wrote, to the float32", async () => {
    const own = { ...panel, fields: { ...panel.fields, pe: panel.fields.close.map((close) => close / 3) } };
    const pieces: Uint8Array[] = [];
    for await (const piece of writtenFeatures(own, { columns: ["pe"] }, { format: "parquet", threads: 1 }))
      pieces.push(piece.slice());
    const path = file(Buffer.concat(pieces), "own.parquet");
    const joined = await withFeatures(panel, path);
    expect([...joined.fields.pe]).toEqual([...own.fields.pe.map(Math.fround)]);
  });

  it("takes several files, and refuses a name that is taken by a field, another file or Alpha158", async () => {
    const first = await withFeatures(panel, file("date,symbol,pe\n2020-01-02,NAN,1\n", "one.csv"));
    const both = await withFeatures(first, file("date,symbol,size\n2020-01-02,NAN,2\n", "two.csv"));
    expect(both.ownFeatures?.map(({ names }) => names)).toEqual([["pe"], ["size"]]);
    const again = await refused(
      "date,symbol,pe\n2020-01-02,NAN,1\n",
      /already the name of a feature of .*one\.csv/,
      first,
    );
    expect(again.column).toBe("pe");
    await refused(
      "date,symbol,close\n2020-01-02,NAN,1\n",
      /column "close": this is already the name of a field of the prices/,
    );
    await refused("date,symbol,volume\n2020-01-02,NAN,1\n", /already the name of a field of the prices/);
    await refused("date,symbol,KLEN\n2020-01-02,NAN,1\n", /already the name of a feature of Alpha158/);
  });

  it("refuses a file without a symbol, without numbers, or with no row of the prices", async () => {
    await refused("date,pe\n2020-01-02,1\n", /no column is recognised as the symbol; the columns are "date", "pe"/);
    await refused("date,symbol,note\n2020-01-02,NAN,high\n", /no column beside the date and the symbol holds numbers/);
    await refused(
      "date,symbol,pe\n2020-01-02,1,5\n",
      /none of its 1 rows, the first of 1 on 2020-01-02, is of a date and symbol of the prices, which are of 000001, .* to the character/,
    );
    await refused("", /the file is empty/);
  });
});
