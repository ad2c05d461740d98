import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderOf } from "../data/sources/folder.samples.js";
import { bytesOf, listing, pricesFile, runCommand, temporaryFolder } from "./command.samples.js";

/** Writes a file per symbol from a long one; returns the folder. */
function filesBySymbol(prices: string): string {
  const [header, ...lines] = readFileSync(prices, "utf8").trimEnd().split("\n");
  const symbolAt = header.split(",").indexOf("symbol");
  const bySymbol = new Map<string, string[]>();
  for (const line of lines) {
    const symbol = line.split(",")[symbolAt];
    bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), line]);
  }
  const without = (line: string) => line.split(",").toSpliced(symbolAt, 1).join(",");
  return folderOf(
    Object.fromEntries(
      [...bySymbol].map(([symbol, rows]) => [`${symbol}.csv`, [without(header), ...rows.map(without), ""].join("\n")]),
    ),
  );
}

const featuresOf = (data: string, out: string, ...set: readonly string[]) =>
  runCommand(["features", "--data", data, "--out", out, ...set.flatMap((one) => ["--set", one])]);

describe("--data", () => {
  it("takes a folder and a pattern, with the same features to the byte as the long file", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder, { days: 80 });
    const files = filesBySymbol(prices);
    const out = (name: string) => join(folder, name);
    for (const [data, name] of [
      [prices, "long.csv"],
      [files, "folder.csv"],
      [`${files}/*.csv`, "pattern.csv"],
    ]) {
      expect(await featuresOf(data, out(name), "features.names=[KLEN, ROC5]")).toMatchObject({ code: 0 });
    }
    expect(bytesOf(out("folder.csv")).equals(bytesOf(out("long.csv")))).toBe(true);
    expect(bytesOf(out("pattern.csv")).equals(bytesOf(out("long.csv")))).toBe(true);
  });

  it("is read as the settings have it: date format, markers, wide files", async () => {
    const folder = temporaryFolder();
    const data = join(folder, "close.csv");
    const days = Array.from({ length: 9 }, (_, t) => `0${t + 1}/03/2020,${10 + t},${t === 4 ? -99 : 20 + t}`);
    writeFileSync(data, ["date,A,B", ...days, ""].join("\n"));
    const settings = ["data.wide=close", "data.dateFormat=DD/MM/YYYY", "data.missing=[-99]", "features.names=[ROC5]"];
    const out = join(folder, "out.csv");
    expect(await featuresOf(data, out, ...settings)).toMatchObject({ code: 0 });
    const lines = bytesOf(out).toString().trimEnd().split("\n");
    expect(lines).toHaveLength(1 + 17);
    expect(lines.some((line) => line.startsWith("2020-03-05,B"))).toBe(false);
    expect(lines.at(-1)).toMatch(/^2020-03-09,B,/);
    const wrong = await featuresOf(data, out, "data.wide=close", "data.dateFormat=DD/MM");
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("the format has to name the year once") });
  });

  it("is never written among: a table in a folder of prices, a file that a pattern may mean", async () => {
    const folder = temporaryFolder();
    const files = filesBySymbol(pricesFile(folder, { days: 30 }));
    const before = listing(files);
    const first = join(files, before[0]);
    for (const [data, out] of [
      [files, join(files, "features.csv")],
      [files, first],
      [`${files}/*.csv`, first],
    ]) {
      const { code, stderr } = await featuresOf(data, out);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("lies among the files of") });
    }
    expect(listing(files)).toEqual(before);
    const inside = await runCommand(["train", "--data", `${files}/*.csv`, "--out", files]);
    expect(inside).toMatchObject({ code: 1, stderr: expect.stringMatching(/exists already|holds the data/) });
  });
});
