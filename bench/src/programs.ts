import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Contender } from "./contenders.js";
import { groups } from "./groups.js";
import { watchOthers } from "./others.js";
import type { Job, Reading } from "./readings.js";

/** A Node that runs what is measured. */
export interface Engine {
  readonly path: string;
  readonly node: string;
  readonly v8: string;
}

/** This process's Node, or another major version of it, which npx fetches. */
export function engineOf(major: string | undefined): Engine {
  if (major === undefined) return { path: process.execPath, node: process.versions.node, v8: process.versions.v8 };
  const program = "console.log(JSON.stringify([process.execPath, process.versions.node, process.versions.v8]))";
  const fetched = `node-${process.platform}-${process.arch}@${major}`;
  const { stdout, stderr } = spawnSync("npx", ["-y", "-p", fetched, "--", "node", "-e", program], { encoding: "utf8" });
  const line = stdout.split("\n").find((text) => text.startsWith("["));
  if (line === undefined) throw new Error(`bench: there is no Node ${major} to be had: ${stderr.trim()}`);
  const [path, node, v8]: string[] = JSON.parse(line);
  return { path, node, v8 };
}

const python = "/usr/bin/python3";

/** Where Debian keeps the OpenBLAS of OpenMP: without it PyTorch is many times slower, with another one on two threads. */
function openBlas(): string | undefined {
  const folders = readdirSync("/usr/lib").map((name) => `/usr/lib/${name}/openblas-openmp`);
  return folders.find((folder) => existsSync(folder));
}

/** The version of PyTorch that can be measured, or why none can. */
export function torchHere(): { readonly version: string } | { readonly missing: string } {
  const { stdout, status } = spawnSync(python, ["-c", "import torch; print(torch.__version__)"], { encoding: "utf8" });
  if (status !== 0) return { missing: "There was no PyTorch to be measured (Debian: python3-torch)." };
  if (openBlas() === undefined)
    return { missing: "PyTorch was left out: it had no OpenBLAS of OpenMP (Debian: libopenblas0-openmp)." };
  return { version: stdout.trim() };
}

/** The version of pandas that can be measured, or why it cannot. */
export function pandasHere(): { readonly version: string } | { readonly missing: string } {
  const { stdout, status } = spawnSync(python, ["-c", "import pandas; print(pandas.__version__)"], {
    encoding: "utf8",
  });
  return status === 0
    ? { version: stdout.trim() }
    : { missing: "There was no pandas to be measured (Debian: python3-pandas)." };
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

function commandOf(contender: Contender, job: Job, engine: Engine): Command {
  const { library, threads, kernels, form } = contender;
  const rows = groups[job.group].rows.flatMap(({ name, spec, oursOnly }) => (oursOnly ? [] : [{ name, spec }]));
  if (library === "pandas")
    return {
      file: python,
      args: [here("../python/features.py"), JSON.stringify({ ...job, rows })],
      environment: { PYTHONDONTWRITEBYTECODE: "1" },
    };
  if (library === "torch") {
    const blas = openBlas();
    return {
      file: python,
      args: [here("../python/measure.py"), form ?? "loop", JSON.stringify({ ...job, rows })],
      environment: {
        OMP_NUM_THREADS: `${threads}`,
        PYTHONDONTWRITEBYTECODE: "1",
        ...(blas !== undefined && { LD_LIBRARY_PATH: blas }),
      },
    };
  }
  // Node 20 has relaxed SIMD behind a flag, later ones without.
  const flags = Number.parseInt(engine.node, 10) < 22 ? ["--experimental-wasm-relaxed-simd"] : [];
  return {
    file: engine.path,
    args: [...flags, here("process.js"), library, JSON.stringify(job)],
    environment: { FACTORVAE_THREADS: `${threads}`, FACTORVAE_KERNELS: kernels ?? "auto" },
  };
}

/** What one process found, and how many cores other programs kept busy meanwhile. */
export interface Session {
  readonly readings: readonly Reading[];
  readonly others: number;
}

/**
 * Measures one contender in a process of its own.
 *
 * @throws Error with what the process said, if it failed.
 */
export function sessionOf(contender: Contender, job: Job, engine: Engine): Promise<Session> {
  const { file, args, environment } = commandOf(contender, job, engine);
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 600_000,
    });
    const endWatch = child.pid === undefined ? () => 0 : watchOthers(child.pid);
    let [printed, said] = ["", ""];
    child.stdout.on("data", (text) => {
      printed += text;
    });
    child.stderr.on("data", (text) => {
      said += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const others = endWatch();
      const line = printed.trimEnd().split("\n").at(-1) ?? "";
      if (code === 0 && line.startsWith("[")) resolve({ readings: JSON.parse(line), others });
      else reject(new Error(`bench: ${contender.name} failed at ${job.group} (${code}): ${said.trim().slice(-500)}`));
    });
  });
}
