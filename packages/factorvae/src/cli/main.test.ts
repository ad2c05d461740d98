import { spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { resolveConfig } from "../config.js";
import { bytesOf, pricesFile, runCommand, smallSettings, temporaryFolder } from "./command.samples.js";
import { resolvedSettings } from "./settings.js";

const commands = [
  "demo",
  "train",
  "predict",
  "evaluate",
  "backtest",
  "report",
  "audit",
  "inspect",
  "features",
  "simulate",
];

describe("factorvae", () => {
  it("lists its commands, and explains each with an example that begins with its name", async () => {
    const { code, stdout } = await runCommand(["--help"]);
    expect(code).toBe(0);
    expect(Array.from(stdout.matchAll(/^ {2}(\w+) \[options\]/gm), ([, name]) => name)).toEqual(commands);
    expect(stdout).toMatch(/^ {2}FACTORVAE_THREADS .*\n {2}FACTORVAE_KERNELS /m);
    for (const name of commands) {
      const help = await runCommand([name, "--help"]);
      expect(help).toMatchObject({ code: 0, stderr: "" });
      expect(help.stdout).toMatch(new RegExp(`Examples?:\n {2}factorvae ${name} --`.replace("demo --", "demo")));
    }
  });

  it("refuses an unknown command or flag with code 2 and a suggestion", async () => {
    const misspelt = await runCommand(["trian"]);
    expect(misspelt).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("Did you mean train?") });
    const later = await runCommand(["compare"]);
    expect(later).toMatchObject({ code: 2, stderr: expect.stringContaining(`commands: ${commands.join(", ")}`) });
    const flag = await runCommand(["train", "--dta", "prices.csv", "--out", "run"]);
    expect(flag).toMatchObject({ code: 2, stderr: expect.stringContaining("Did you mean --data?") });
    const missing = await runCommand(["train", "--out", "run"]);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining("'--data <file>' is needed") });
    expect((await runCommand([])).code).toBe(2);
  });

  it("refuses values that an option cannot have, with code 2", async () => {
    for (const argv of [
      ["demo", "--seed", "seven"],
      ["simulate", "--out", "market.txt"],
      ["features", "--data", "prices.csv", "--out", "features.xls"],
      ["predict", "--run", "run", "--data", "prices.csv", "--out", "scores.csv", "--from", "2018-02-30"],
      ["evaluate", "--predictions", "scores.csv", "--split", "tset"],
      ["report", "--run", "run", "--data", "prices.csv"],
    ])
      expect(await runCommand(argv)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/^error: /) });
  });

  it("prints every setting with its default, as a file that sets them", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "settings.yaml");
    for (const name of ["train", "demo", "evaluate", "backtest", "report", "inspect", "features"]) {
      const { code, stdout, stderr } = await runCommand([name, "--settings"]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      writeFileSync(file, stdout);
      expect(resolvedSettings({ config: file, set: [] })).toEqual(resolveConfig());
      expect(parse(stdout)).toEqual(resolveConfig());
    }
  });

  it("tells its version", async () => {
    const { stdout } = await runCommand(["--version"]);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("the program as it is installed", () => {
  const here = dirname(fileURLToPath(import.meta.url));
  const packageFolder = join(here, "..", "..");
  const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  const program = join(packageFolder, "bin", "factorvae.js");

  it("ends with the code of its command, and goes on after an interrupt from the keyboard", async () => {
    const build = spawnSync(process.execPath, [compiler, "--build", packageFolder], { encoding: "utf8" });
    expect(build.stdout).toBe("");
    const folder = temporaryFolder();
    const prices = pricesFile(folder);
    const command = [program, "train", "--data", prices, "--out", join(folder, "run"), ...smallSettings];
    const interrupted = spawn(process.execPath, command, { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    interrupted.stderr.on("data", (piece: Buffer) => {
      stderr += piece.toString();
      if (stderr.includes("epoch 1 of 3: loss") && !interrupted.killed) interrupted.kill("SIGINT");
    });
    expect(await new Promise((resolve) => interrupted.on("close", resolve))).toBe(130);
    expect(stderr).toContain("--resume goes on");
    const resumed = spawnSync(process.execPath, [...command, "--resume", "--json"], { encoding: "utf8" });
    expect(resumed.status).toBe(0);
    expect(JSON.parse(resumed.stdout)).toEqual(JSON.parse(bytesOf(folder, "run", "summary.json").toString()));
    expect(spawnSync(process.execPath, [program, "nonsense"]).status).toBe(2);
  });
});
