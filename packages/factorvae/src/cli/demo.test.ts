import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  bytesOf,
  listing,
  pricesFile,
  runCommand,
  smallSettings,
  temporaryFolder,
  trainedRun,
} from "./command.samples.js";

const small = ["--stocks", "20", "--days", "200", ...smallSettings];
const summaryOf = (run: string) => JSON.parse(bytesOf(run, "summary.json").toString());

describe("factorvae demo", () => {
  it("sets the model beside the truth and two ridges, on exactly its own stock-days", async () => {
    const out = join(temporaryFolder(), "demo");
    const { code, stdout } = await runCommand(["demo", "--out", out, "--seed", "5", ...small]);
    expect(code).toBe(0);
    const { test, oracle, observable, ridge, ridges, comparison } = summaryOf(out);
    for (const summary of [oracle, observable, ridges.lastDay, ridges.window]) {
      expect(summary).toMatchObject({ days: test.days, stocks: test.stocks, stockDays: test.stockDays });
      expect(Object.keys(summary)).toEqual(
        expect.arrayContaining(["ic", "rankIcir", "nll", "nllConstant", "coverage90"]),
      );
    }
    expect(oracle.rankIc).toBeGreaterThan(test.rankIc);
    expect(ridge.rankIc).toBe(Math.max(ridges.lastDay.rankIc, ridges.window.rankIc));
    expect(comparison.ofOracle).toBeCloseTo(test.rankIc / oracle.rankIc, 12);
    expect(comparison.ridges.window.ofOracle).toBeCloseTo((test.rankIc - ridges.window.rankIc) / oracle.rankIc, 12);
    expect(Math.sign(comparison.ridges.lastDay.t)).toBe(Math.sign(comparison.ridges.lastDay.ofOracle));
    expect(stdout).toMatch(/FactorVAE +ridge +observable +oracle\n/);
    expect(stdout).toContain(`Report: ${join(out, "report.html")}`);
    expect(bytesOf(out, "report.html").toString()).toContain("Seed 5, 20 stocks, 200 days.");
  });

  it("leaves its prices, which train reads to the very same model", async () => {
    const folder = temporaryFolder();
    const out = join(folder, "demo");
    await runCommand(["demo", "--out", out, ...small]);
    const prices = join(out, "prices.csv.gz");
    const { input } = JSON.parse(bytesOf(out, "config.json").toString());
    expect(input).toEqual({
      file: "prices.csv.gz",
      sha256: createHash("sha256").update(bytesOf(prices)).digest("hex"),
      simulated: { seed: 7, stocks: 20, days: 200 },
    });
    const run = await trainedRun(folder, prices);
    for (const name of ["model.safetensors", "predictions.csv", "backtest.csv"])
      expect(bytesOf(run, name).equals(bytesOf(out, name))).toBe(true);
    const market = join(folder, "market.csv.gz");
    await runCommand(["simulate", "--out", market, "--stocks", "20", "--days", "200"]);
    expect(bytesOf(market).equals(bytesOf(prices))).toBe(true);
  });

  it("replaces a folder of its own, and no other", async () => {
    const folder = temporaryFolder();
    const out = join(folder, "demo");
    const once = ["demo", "--out", out, ...small, "--set", "train.epochs=1"];
    await runCommand(once);
    const again = await runCommand([...once, "--seed", "6"]);
    expect(again.code).toBe(0);
    expect(JSON.parse(bytesOf(out, "config.json").toString()).input.simulated.seed).toBe(6);
    const run = await trainedRun(folder, pricesFile(folder));
    const before = bytesOf(run, "config.json");
    const refused = await runCommand(["demo", "--out", run, ...small]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("the demo replaces only its own") });
    expect(bytesOf(run, "config.json").equals(before)).toBe(true);
  });

  it("keeps its earlier run when it is interrupted", async () => {
    const folder = temporaryFolder();
    const command = ["demo", "--out", join(folder, "demo"), ...small];
    await runCommand([...command, "--set", "train.epochs=1"]);
    const before = listing(folder);
    const summary = bytesOf(folder, "demo", "summary.json");
    const { code } = await runCommand([...command, "--seed", "6"], { interruptAt: "epoch 2 of 3: loss" });
    expect(code).toBe(130);
    expect(listing(folder)).toEqual(before);
    expect(bytesOf(folder, "demo", "summary.json").equals(summary)).toBe(true);
  });

  it("leaves nothing behind when it is interrupted", async () => {
    const folder = temporaryFolder();
    const command = ["demo", "--out", join(folder, "demo"), ...small];
    const { code, stderr } = await runCommand(command, { interruptAt: "epoch 2 of 3: loss" });
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining("interrupted; nothing was kept") });
    expect(listing(folder)).toEqual([]);
  });
});
