import { appendFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSafetensors } from "@factorvae/autograd";
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

const wholeRun = [
  "backtest.csv",
  "checkpoint",
  "checkpoint/latest.safetensors",
  "config.json",
  "fit.json",
  "metrics.jsonl",
  "model.safetensors",
  "predictions.csv",
  "report.html",
  "summary.json",
];

const json = (...path: readonly string[]) => JSON.parse(bytesOf(...path).toString());

describe("factorvae train", () => {
  it("writes the run folder, whose files hold what they promise", async () => {
    const folder = temporaryFolder();
    const run = await trainedRun(folder, pricesFile(folder));
    expect(listing(run)).toEqual(wholeRun);
    const config = json(run, "config.json");
    expect(config).toMatchObject({
      seed: 7,
      engine: { kernels: expect.stringMatching(/^(relaxed-simd|simd|reference)$/), fused: expect.any(Boolean) },
      input: { file: "prices.csv" },
    });
    expect(config.settings.train).toMatchObject({ epochs: 3, clipNorm: 5 });
    expect(config.input.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.keys(config.versions)).toEqual([
      "factorvae",
      "@factorvae/tensor",
      "@factorvae/autograd",
      "@factorvae/nn",
      "node",
    ]);
    const epochs = bytesOf(run, "metrics.jsonl")
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(Object.keys(epochs[0])).toEqual(
      expect.arrayContaining(["loss", "nll", "kl", "activeFactors", "deadHeads", "validRankIc", "seconds"]),
    );
    const [header, first] = bytesOf(run, "predictions.csv").toString().split("\n");
    expect(header).toBe("date,symbol,score,risk,label,split");
    expect(first).toMatch(/^2010-\d\d-\d\d,S\d+,[-\d.e]+,[\d.e-]+,[-\d.e]+,valid$/);
    const summary = json(run, "summary.json");
    expect(summary.rows.read).toBe(summary.rows.used);
    expect(summary.test.days).toBeGreaterThan(25);
    expect(Object.keys(summary)).toEqual(
      expect.arrayContaining(["valid", "test", "testUnscaled", "backtest", "notes"]),
    );
    expect(Object.keys(readSafetensors(bytesOf(run, "model.safetensors")).tensors)).toContain("extractor.gru.weightIh");
    expect(bytesOf(run, "report.html").toString()).toContain("<title>FactorVAE on prices.csv</title>");
  });

  it("gives the same bytes when it is run twice, also from a gzipped file and with settings in a file", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const first = await trainedRun(folder, prices);
    const before = ["model.safetensors", "predictions.csv", "fit.json", "backtest.csv"].map((name) =>
      bytesOf(first, name),
    );
    const settings = join(folder, "settings.yaml");
    writeFileSync(
      settings,
      "# the small ones\nfeatures: {names: [KLEN, KLOW, STD5, ROC5]}\nwindow: {steps: 5}\nmodel: {hidden: 4, portfolios: 4, factors: 2}\n" +
        "train: {epochs: 9, firstEpoch: 1, daysPerStep: 4, minimumDays: 20}\n",
    );
    const { code } = await runCommand([
      "train",
      "--data",
      pricesFile(folder, { name: "zipped.csv.gz" }),
      "--out",
      join(folder, "again"),
      "--config",
      settings,
      "--set",
      "train.epochs=3",
    ]);
    expect(code).toBe(0);
    const after = ["model.safetensors", "predictions.csv", "fit.json", "backtest.csv"].map((name) =>
      bytesOf(folder, "again", name),
    );
    after.forEach((bytes, at) => {
      expect(bytes.equals(before[at])).toBe(true);
    });
  });

  it("goes on after an interruption to the same bits as without one", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const whole = await trainedRun(folder, prices);
    const command = ["train", "--data", prices, "--out", join(folder, "broken"), ...smallSettings];
    const interrupted = await runCommand(command, { interruptAt: "epoch 1 of 3: loss" });
    expect(interrupted.code).toBe(130);
    expect(interrupted.stderr).toMatch(/interrupted; .*broken holds all up to epoch 1, .*--resume goes on\n$/);
    expect(listing(join(folder, "broken"))).toEqual([
      "checkpoint",
      "checkpoint/latest.safetensors",
      "config.json",
      "metrics.jsonl",
    ]);
    const resumed = await runCommand([...command, "--resume"]);
    expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining("going on after epoch 1") });
    for (const name of ["model.safetensors", "predictions.csv", "fit.json", "summary.json"])
      expect(bytesOf(folder, "broken", name).equals(bytesOf(whole, name))).toBe(true);
    const tensorsOf = (run: string) => readSafetensors(bytesOf(run, "checkpoint", "latest.safetensors")).tensors;
    expect(tensorsOf(join(folder, "broken"))).toEqual(tensorsOf(whole));
  });

  it("notes the kernels that it goes on with, where they are others, and reads runs that noted none", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const run = await trainedRun(folder, prices);
    const file = join(run, "config.json");
    const { engine, ...record } = JSON.parse(readFileSync(file, "utf8"));
    const resumedFrom = async (earlier: object) => {
      writeFileSync(file, JSON.stringify({ ...record, ...earlier }));
      const { code, stderr } = await runCommand([
        "train",
        "--data",
        prices,
        "--out",
        run,
        ...smallSettings,
        "--resume",
      ]);
      expect(code).toBe(0);
      const { resumedOn } = JSON.parse(readFileSync(file, "utf8"));
      return { resumedOn, notes: stderr.split("\n").filter((line) => line.includes("the bits may differ")) };
    };
    expect(await resumedFrom({ engine })).toEqual({ resumedOn: undefined, notes: [] });
    const other = await resumedFrom({ engine: { kernels: "of another machine", fused: false } });
    expect(other.resumedOn).toEqual([{ ...engine, epochsDone: 3 }]);
    expect(other.notes).toEqual([expect.stringContaining("kernels were of another machine and are now")]);
    const unnoted = await resumedFrom({});
    expect(unnoted.resumedOn).toEqual([{ ...engine, epochsDone: 3 }]);
  });

  it("leaves nothing behind when it is interrupted before the first epoch has ended", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const out = join(folder, "runs", "deep", "run");
    const before = listing(folder);
    const { code, stderr } = await runCommand(["train", "--data", prices, "--out", out, ...smallSettings], {
      interruptAt: "training",
    });
    expect(code).toBe(130);
    expect(stderr).toContain("interrupted; nothing was kept");
    expect(listing(folder)).toEqual(before);
  });

  it("refuses to resume with other settings, other data, or a folder that is no run, and says what differs", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const run = await trainedRun(folder, prices);
    const resume = (data: string, out: string, more: readonly string[] = []) =>
      runCommand(["train", "--data", data, "--out", out, ...smallSettings, ...more, "--resume"]);
    const otherSettings = await resume(prices, run, ["--set", "train.epochs=4"]);
    expect(otherSettings).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("train.epochs was 3 and is now 4"),
    });
    const otherData = await resume(pricesFile(folder, { name: "other.csv", seed: 4 }), run);
    expect(otherData).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("was trained on other data: prices.csv"),
    });
    const noRun = await resume(prices, join(folder, "absent"));
    expect(noRun).toMatchObject({ code: 1, stderr: expect.stringContaining("absent is no run folder") });
    expect(existsSync(join(folder, "absent"))).toBe(false);
  });

  it("replaces a run by --force, keeps foreign files in it, and never touches another folder", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const run = await trainedRun(folder, prices);
    writeFileSync(join(run, "notes.txt"), "mine");
    const forced = await runCommand([
      ...["train", "--data", prices, "--out", run, ...smallSettings],
      ...["--set", "train.epochs=1", "--force"],
    ]);
    expect(forced.code).toBe(0);
    expect(json(run, "config.json").settings.train.epochs).toBe(1);
    expect(listing(run)).toEqual([...wholeRun, "notes.txt"].sort());
    const foreign = temporaryFolder();
    writeFileSync(join(foreign, "config.json"), '{"mine": true}');
    const refused = await runCommand(["train", "--data", prices, "--out", foreign, ...smallSettings, "--force"]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("holds other files and no run") });
    expect(bytesOf(foreign, "config.json").toString()).toBe('{"mine": true}');
  });

  it("keeps the earlier run, to the bit, when --force is interrupted before there is a checkpoint in its place", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const run = await trainedRun(folder, prices);
    const before = listing(run);
    const summary = bytesOf(run, "summary.json");
    const command = ["train", "--data", prices, "--out", run, ...smallSettings, "--set", "train.epochs=5", "--force"];
    const early = await runCommand(command, { interruptAt: "epoch 1 of 5: step" });
    expect(early).toMatchObject({
      code: 130,
      stderr: expect.stringMatching(/nothing was kept; the run .* as it was\n$/),
    });
    expect(listing(run)).toEqual(before);
    expect(bytesOf(run, "summary.json").equals(summary)).toBe(true);
    const later = await runCommand(command, { interruptAt: "epoch 1 of 5: loss" });
    expect(later).toMatchObject({ code: 130, stderr: expect.stringContaining("--resume goes on") });
    expect(listing(run)).toEqual(["checkpoint", "checkpoint/latest.safetensors", "config.json", "metrics.jsonl"]);
  });

  it("refuses to replace a folder that holds its data, and deletes only what a run of its command wrote", async () => {
    const folder = temporaryFolder();
    const run = await trainedRun(folder, pricesFile(folder));
    const inside = pricesFile(run, { name: "prices.csv.gz" });
    const before = listing(run);
    const replace = (data: string) => runCommand(["train", "--data", data, "--out", run, ...smallSettings, "--force"]);
    const link = join(folder, "link.csv.gz");
    symlinkSync(inside, link);
    for (const data of [inside, link])
      expect(await replace(data)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/run holds the data, .*link|run holds the data, .*prices/),
      });
    expect(listing(run)).toEqual(before);
    const kept = bytesOf(inside);
    expect(await replace(pricesFile(folder))).toMatchObject({ code: 0 });
    expect(bytesOf(inside).equals(kept)).toBe(true);
  });

  it("takes files that a killed run had begun for its own", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const command = ["train", "--data", prices, ...smallSettings, "--force", "--out"];
    const begun = join(folder, "begun");
    mkdirSync(begun);
    writeFileSync(join(begun, ".config.json.partial-999999999-x"), "{");
    expect(await runCommand([...command, begun])).toMatchObject({ code: 0 });
    expect(listing(begun)).toEqual(wholeRun);
    writeFileSync(join(begun, ".report.html.partial-999999999-x"), "<");
    expect(await runCommand([...command, begun])).toMatchObject({ code: 0 });
    expect(listing(begun)).toEqual(wholeRun);
  });

  it("stores nothing of the path to the data", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    appendFileSync(prices, "2010-02-01,,1,1,1,1,1\n");
    const stored = await trainedRun(folder, prices);
    expect(json(stored, "summary.json").rows.dropped.noSymbol.example).toMatch(/^prices\.csv, line \d+, /);
    for (const name of ["summary.json", "report.html"]) expect(bytesOf(stored, name).toString()).not.toContain(folder);
  });

  it("prints one JSON object on stdout, a bar on a terminal, and lines elsewhere", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const command = ["train", "--data", prices, ...smallSettings];
    const lines = await runCommand([...command, "--out", join(folder, "lines"), "--json"]);
    expect(JSON.parse(lines.stdout)).toEqual(json(folder, "lines", "summary.json"));
    expect(lines.stderr).toMatch(/epoch 1 of 3: loss [\d.]+, KL [\d.]+ nat.*about .* left\n/);
    const terminal = await runCommand([...command, "--out", join(folder, "bar")], { isTTY: true });
    expect(terminal.stderr).toMatch(/epoch 3 of 3 \[=+\] 100% \| ETA/);
    expect(terminal.stdout).toContain("Rank ICIR");
    expect(terminal.stdout).toContain(`Report: ${join(folder, "bar", "report.html")}`);
  });

  it("refuses before training a backtest that cannot be", async () => {
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const before = listing(folder);
    const tooMany = await runCommand([
      ...["train", "--data", prices, "--out", join(folder, "run"), ...smallSettings],
      ...["--set", "backtest.k=10"],
    ]);
    expect(tooMany).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/k = 10 is more than a fifth .* try k = 3/),
    });
    const noRisk = await runCommand([
      ...["train", "--data", prices, "--out", join(folder, "run"), ...smallSettings],
      ...["--set", "label.target=rank", "--set", "backtest.eta=1"],
    ]);
    expect(noRisk).toMatchObject({ code: 1, stderr: expect.stringContaining("has no risk in units of return") });
    expect(listing(folder)).toEqual(before);
  });

  it("trains on a target without units, and leaves the risk out", async () => {
    const folder = temporaryFolder();
    const run = await trainedRun(folder, pricesFile(folder), ["--set", "label.target=rank"]);
    const [header, first] = bytesOf(run, "predictions.csv").toString().split("\n");
    expect(header).toBe("date,symbol,score,risk,label,split,target");
    expect(first).toMatch(/^[-\d]+,S\d+,[-\d.e]+,,[-\d.e]+,valid,[-\d.e]+$/);
    expect(json(run, "summary.json").test.nll).toBeUndefined();
  });

  it("refuses --force together with --resume", async () => {
    const both = await runCommand(["train", "--data", "prices.csv", "--out", "run", "--force", "--resume"]);
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("'--force' cannot be used with option") });
  });
});
