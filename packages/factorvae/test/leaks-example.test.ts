import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sharedRun, temporaryFolder } from "../src/cli/command.samples.js";
import { simulate } from "../src/data/simulate.js";
import { pricesCsv } from "../src/data/simulate-csv.js";
import { writeWholeFile } from "../src/run/whole-file.js";
import { leaks, oddities } from "./leaks-example.js";

describe("the example of leaks", () => {
  const shared = sharedRun();

  it("finds none in a run, and names the check where the prices are not those that were scored", async () => {
    expect(await leaks(shared.run, shared.prices)).toEqual([]);
    const others = join(temporaryFolder(), "others.csv");
    writeWholeFile(others, pricesCsv(simulate({ seed: 4, stocks: 20, days: 150 }).panel));
    const found = await leaks(shared.run, others);
    expect(found.map((line) => line.split(":")[0])).toContain("stored-scores");
  });

  it("tells what is odd in prices, kind by kind", async () => {
    const lines = await oddities(shared.prices);
    expect(lines.find((line) => line.startsWith("late-listing: "))).toMatch(/^late-listing: [1-9]/);
    expect(lines.at(-1)).toContain("of 20 symbols end before the file does");
  });
});
