import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parsePrices, readPrices } from "../read.js";
import { duckDb, needsDuckDb, runSql, writeParquet } from "./duckdb.samples.js";
import { contentOf, droppedRows, folderOf } from "./folder.samples.js";

const rows = ["2020-01-02,NAN,1,2", "2020-01-02,000001,3,4.5", "2020-01-03,NAN,5,6", "2020-01-03,000001,7,0.07"];
const csv = `date,symbol,open,close\n${rows.join("\n")}\n`;
const all = "SELECT * FROM prices";

describe.skipIf(duckDb === undefined)(`a query ${needsDuckDb}`, () => {
  test("of all there is gives what the files give: CSV, gzipped, Parquet and a folder", async () => {
    const expected = contentOf(parsePrices(csv));
    const bySymbol = (symbol: string) =>
      `date,open,close\n${rows
        .filter((row) => row.includes(symbol))
        .join("\n")
        .replaceAll(`,${symbol}`, "")}\n`;
    const folder = folderOf({
      "p.csv": csv,
      "p.csv.gz": gzipSync(csv),
      "each/NAN.csv": bySymbol("NAN"),
      "each/000001.csv.gz": gzipSync(bySymbol("000001")),
      "each/_metadata.csv": "a,b\n1,2\n",
    });
    await writeParquet(
      join(folder, "p.parquet"),
      `FROM read_csv('${join(folder, "p.csv")}', types = {'symbol': 'VARCHAR'})`,
    );
    for (const name of ["p.csv", "p.csv.gz", "p.parquet", "each", "each/*.*", "p.c*v"]) {
      const panel = await readPrices(join(folder, name), { query: all });
      expect(contentOf(panel)).toEqual(expected);
      expect([panel.rows.read, panel.rows.used + droppedRows(panel)]).toEqual([4, 4]);
    }
  });

  test("of gzipped Parquet is refused by the file's name", async () => {
    const folder = folderOf({});
    await writeParquet(join(folder, "p.parquet"), "SELECT 1 AS one");
    writeFileSync(join(folder, "p.gz"), gzipSync(readFileSync(join(folder, "p.parquet"))));
    await expect(readPrices(join(folder, "p.gz"), { query: all })).rejects.toThrow(
      /p\.gz: a query does not read Parquet that is gzipped; unpack the file/,
    );
  });

  test("makes any columns, and filters before anything is read", async () => {
    const folder = folderOf({ "p.csv": csv, "sizes.csv": "symbol,size\nNAN,10\n000001,20\n" });
    const query = `
      SELECT date AS trade_date, prices.symbol AS ticker, close * 2 AS close, sum(size) OVER () AS total,
             close::DECIMAL(9, 2) AS exact, date::TIMESTAMP AS "at", true AS flag
      FROM prices JOIN read_csv('${join(folder, "sizes.csv")}', types = {'symbol': 'VARCHAR'}) AS sizes USING (symbol)
      WHERE date >= DATE '2020-01-01'`;
    const {
      fields,
      symbols,
      rows: counts,
    } = await readPrices(join(folder, "p.csv"), {
      query,
      columns: { date: "trade_date" },
    });
    expect(symbols).toEqual(["000001", "NAN"]);
    expect(fields.close).toEqual(Float64Array.of(9, 0.14, 4, 12));
    expect(fields.exact).toEqual(Float64Array.of(4.5, 0.07, 2, 6));
    expect(fields.total).toEqual(Float64Array.of(60, 60, 60, 60));
    expect(counts.noted.columnLeftOut.count).toBe(2);
  });

  test("reads the tables of a DuckDB database, which it leaves as it is", async () => {
    const folder = folderOf({ "p.csv": csv });
    const database = join(folder, "warehouse.db");
    const options = "types = {'symbol': 'VARCHAR'}";
    await runSql([`CREATE TABLE bars AS FROM read_csv('${join(folder, "p.csv")}', ${options})`], database);
    const panel = await readPrices(database, { query: "SELECT * FROM bars" });
    expect(contentOf(panel)).toEqual(contentOf(parsePrices(csv)));
    await expect(readPrices(database, { query: "DELETE FROM bars" })).rejects.toThrow(/data\.query: .*read-only/);
  });

  test("its hash follows what it gives and its words, and not the order of the rows", async () => {
    const path = join(folderOf({ "p.csv": csv }), "p.csv");
    const hashOf = async (query: string) => (await readPrices(path, { query })).source?.sha256;
    const shuffled = join(folderOf({ "p.csv": `${[csv.split("\n")[0], ...rows.toReversed()].join("\n")}\n` }), "p.csv");
    expect((await readPrices(shuffled, { query: all })).source?.sha256).toBe(await hashOf(all));
    expect(await hashOf(`${all} ORDER BY date`)).not.toBe(await hashOf(all));
    const changed = join(folderOf({ "p.csv": csv.replace("4.5", "4.6") }), "p.csv");
    expect((await readPrices(changed, { query: all })).source?.sha256).not.toBe(await hashOf(all));
  });

  test("messes stay messes: markers, dates of other forms and text go the way of a file", async () => {
    const messy = csv.replace("3,4.5", "#VALUE!,4.5").replaceAll(/2020-01-(\d\d)/g, "$1/01/2020");
    const path = join(folderOf({ "p.csv": messy }), "p.csv");
    await expect(readPrices(path, { query: all })).rejects.toThrow(
      /data\.query, row 1, column "date", value "02\/01\/2020": 4 of 4 rows have no readable date/,
    );
    const panel = await readPrices(path, { query: all, dateFormat: "DD/MM/YYYY" });
    expect(panel.rows.noted.missingValue).toEqual({
      count: 1,
      example: 'data.query, row 2, column "open", value "#VALUE!"',
    });
  });

  test("what cannot be asked is refused with the reason", async () => {
    const folder = folderOf({ "p.csv": csv });
    await writeParquet(join(folder, "q.parquet"), "SELECT 1 AS one");
    const path = join(folder, "p.csv");
    await expect(readPrices(path, { query: "SELEC * FROM prices" })).rejects.toThrow(/data\.query: .*syntax error/i);
    await expect(readPrices(path, { query: "SELECT * FROM price" })).rejects.toThrow(
      /data\.query: .*price.*does not exist/,
    );
    await expect(readPrices(path, { query: "SELECT date FROM prices" })).rejects.toThrow(
      /data\.query: no column is recognised/,
    );
    await expect(readPrices(path, { query: `${all} WHERE close < 0` })).rejects.toThrow(/a header but no rows/);
    await expect(readPrices(folder, { query: all })).rejects.toThrow(/either CSV or Parquet/);
    await expect(readPrices(join(folder, "nowhere.csv"), { query: all })).rejects.toThrow(/there is no such file/);
  });
});
