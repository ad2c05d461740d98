import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { alpha158 } from "./alpha158.js";
import { paperFeatures } from "./alpha158-features.js";
import { isoDate } from "./dates.js";
import type { Panel } from "./panel.js";
import { parsePrices, readPrices } from "./read.js";

const pathOf = (name: string) => fileURLToPath(new URL(`../../../../../shared/data/${name}`, import.meta.url));
const recent = pathOf("sp500_2013_2018.csv.gz");
const long = pathOf("sp500_2005_2017_adjusted.csv.gz");

const droppedRows = ({ rows }: Panel) => Object.values(rows.dropped).reduce((sum, { count }) => sum + count, 0);

/** The text of the file without the rows from `firstCut` on. */
function cutText(path: string, firstCut: string): string {
  const lines = gunzipSync(readFileSync(path)).toString("utf8").split("\n");
  return lines.filter((line, i) => i === 0 || line.slice(0, 10) < firstCut).join("\n");
}

describe.skipIf(!existsSync(recent))("the S&P 500 from 2013 to 2018 (needs ../shared/data)", () => {
  test("every row is used or dropped for a counted reason, and the panel is the market's", async () => {
    const panel = await readPrices(recent);
    expect(panel.rows.read).toBe(619_040);
    expect(panel.rows.used + droppedRows(panel)).toBe(panel.rows.read);
    expect([panel.symbols.length, panel.dates.length]).toEqual([505, 1259]);
    expect([panel.dates[0], panel.dates[1258]]).toEqual(["2013-02-08", "2018-02-07"]);
    const apple = panel.symbols.indexOf("AAPL") * 1259 + panel.dates.indexOf("2017-08-01");
    expect(panel.fields.close[apple]).toBe(158.59);
    expect(panel.symbols).toContain("BRK.B");
  });

  test("cutting the last 30 days off changes no bit of the features before", async () => {
    const panel = await readPrices(recent);
    const kept = panel.dates.length - 30;
    const shorter = parsePrices(cutText(recent, panel.dates[kept]));
    expect(shorter.dates).toEqual(panel.dates.slice(0, kept));
    expect(shorter.rows.read).toBeLessThan(panel.rows.read);
    const [whole, cut] = [alpha158(panel), alpha158(shorter)];
    const width = paperFeatures.length;
    const words = (values: Float32Array) => new Uint32Array(values.buffer);
    const [wholeBits, cutBits] = [words(whole.values), words(cut.values)];
    let different = 0;
    let compared = 0;
    shorter.symbols.forEach((symbol, n) => {
      const from = panel.symbols.indexOf(symbol) * panel.dates.length * width;
      for (let i = 0; i < kept * width; i++) {
        compared++;
        if (wholeBits[from + i] !== cutBits[n * kept * width + i]) different++;
      }
    });
    expect([compared, different]).toEqual([shorter.symbols.length * kept * width, 0]);
    expect(shorter.symbols.length).toBeGreaterThan(490);
  });
});

describe.skipIf(!existsSync(long))("the S&P 500 from 2005 to 2017 (needs ../shared/data)", () => {
  test("every row is used or dropped for a counted reason, and a half-covered day stays", async () => {
    const panel = await readPrices(long);
    expect(panel.rows.read).toBe(1_510_058);
    expect(panel.rows.used + droppedRows(panel)).toBe(panel.rows.read);
    expect([panel.symbols.length, panel.dates.length]).toEqual([503, 3239]);
    expect(panel.dates).toContain("2011-02-17");
    expect(panel.dates.every((date) => isoDate(Date.parse(date) / 86_400_000) === date)).toBe(true);
  });
});
