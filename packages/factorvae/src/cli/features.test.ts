import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { bytesOf, listing, pricesFile, runCommand, temporaryFolder } from "./command.samples.js";

describe("factorvae features", () => {
  it("writes Parquet that holds what the CSV file holds, and replaces an earlier file as a whole", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    writeFileSync(join(folder, "table.parquet"), "earlier");
    for (const name of ["table.parquet", "table.csv"])
      expect(await runCommand(["features", "--data", prices, "--out", join(folder, name)])).toMatchObject({ code: 0 });
    expect(listing(folder)).toEqual(["prices.csv", "table.csv", "table.parquet"]);
    const [header, ...lines] = bytesOf(folder, "table.csv").toString().trimEnd().split("\n");
    const names = header.split(",");
    expect(names.length).toBe(2 + 157);
    const cells = lines.map((line) => line.split(","));
    const { buffer, byteOffset, byteLength } = bytesOf(folder, "table.parquet");
    const rows = await parquetReadObjects({
      file: new Uint8Array(buffer, byteOffset, byteLength).slice().buffer,
    });
    expect(rows.length).toBe(cells.length);
    const told = rows.map(({ date, symbol, ...features }) => [
      date instanceof Date ? date.toISOString().slice(0, 10) : date,
      symbol,
      ...Object.values(features).map((value) => (value === null ? "" : String(value))),
    ]);
    expect(told).toEqual(cells);
    expect(Object.keys(rows[0])).toEqual(names);
  });

  it("refuses a feature that is named like a key", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const command = ["features", "--data", prices, "--out", join(folder, "table.parquet")];
    expect(await runCommand([...command, "--set", "features.expressions={date: $close}"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('features: "date" is the name of a key'),
    });
    expect(listing(folder)).toEqual(["prices.csv"]);
  });
});
