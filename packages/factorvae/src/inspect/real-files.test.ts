import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readPrices } from "../data/read.js";
import { inspect } from "./inspect.js";

const pathOf = (name: string) => fileURLToPath(new URL(`../../../../../shared/data/${name}`, import.meta.url));
const recent = pathOf("sp500_2013_2018.csv.gz");
const long = pathOf("sp500_2005_2017_adjusted.csv.gz");

/** What was found in a file, as `name symbol date`. */
async function foundIn(path: string) {
  const inspection = inspect(await readPrices(path));
  const places = inspection.found.flatMap(({ name, places }) =>
    places.map(({ symbol = "all", date }) => `${name} ${symbol} ${date}`),
  );
  return { inspection, places, count: (of: string) => inspection.found.find(({ name }) => name === of)?.count };
}

describe.skipIf(!existsSync(recent))("sp500_2013_2018.csv.gz (skipped without ../shared/data)", () => {
  it("has two known bad ticks, late listings, gaps and no delisting, and all of them are found", async () => {
    const { inspection, places, count } = await foundIn(recent);
    expect(places).toContain("bad-tick LNT 2016-05-19");
    // The bar of this day is the one after the close: it jumps a day before the volume does.
    expect(places).toContain("early-jump AAPL 2017-08-01");
    expect(count("late-listing")).toBe(29);
    expect(new Set(places.filter((place) => place.startsWith("gap ")).map((place) => place.split(" ")[1])).size).toBe(
      6,
    );
    expect(count("bad-tick")).toBeLessThan(60);
    expect(count("repeated-bar")).toBeGreaterThan(200);
    expect(inspection.survivorship).toMatchObject({ ended: 0, hint: expect.stringContaining("survivors") });
  });
});

describe.skipIf(!existsSync(long))("sp500_2005_2017_adjusted.csv.gz (skipped without ../shared/data)", () => {
  it("has a half-covered day and closes 100 times too low, and both are found", async () => {
    const { places, count } = await foundIn(long);
    expect(places).toContain("thin-day all 2011-02-17");
    expect(places).toContain("bad-tick BXP 2007-05-02");
    expect(count("bad-tick")).toBeLessThan(60);
    expect(count("thin-day")).toBeLessThan(5);
  });
});
