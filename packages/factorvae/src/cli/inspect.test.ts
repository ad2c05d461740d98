import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { finders } from "../inspect/inspect.js";
import { bytesOf, listing, pricesFile, runCommand, temporaryFolder } from "./command.samples.js";

describe("factorvae inspect", () => {
  it("tells what a file holds, a line for each thing that is looked for", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const { code, stdout, stderr } = await runCommand(["inspect", "--data", prices]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      /^\S+prices\.csv: 20 symbols, 150 dates, 2010-01-04 to 2010-07-30\nColumns: date, symbol, open/,
    );
    expect(stdout).toMatch(/\nRows: 2745 read, 2745 used, none dropped\n/);
    for (const { name } of finders) expect(stdout).toMatch(new RegExp(`^${name} +\\d+`, "m"));
    expect(stdout).toMatch(/[█▓▒░]{60,} {2}\d+\n/);
    expect(listing(folder)).toEqual(["prices.csv"]);
  });

  it("prints one JSON object, and writes a page that loads nothing", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const page = join(folder, "prices.html");
    const { code, stdout } = await runCommand(["inspect", "--data", prices, "--json", "--html", page]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ symbols: 20, dates: 150, rows: { read: 2745, used: 2745 } });
    const html = bytesOf(page).toString();
    // A field for each symbol and date: all fit into the picture.
    expect(html.match(/<rect /g)).toHaveLength(20 * 150);
    expect(html.match(/fill-opacity="1"/g)?.length).toBeGreaterThan(2500);
    expect(html).not.toMatch(/<script|(src|href)=/);
    expect(html).toContain("<h1>Prices of prices.csv</h1>");
  });

  it("writes no page over the prices, or under another name's ending", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder, { name: "prices.html" });
    const over = await runCommand(["inspect", "--data", prices, "--html", prices]);
    expect(over).toMatchObject({ code: 1, stderr: expect.stringContaining("is the file") });
    const ending = await runCommand(["inspect", "--data", prices, "--html", join(folder, "page.txt")]);
    expect(ending).toMatchObject({ code: 2, stderr: expect.stringContaining("does not end in .html") });
  });
});
