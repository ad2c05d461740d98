// Installs packed packages in a project of its own, examples/outside, and tries them there as their users would:
// node tools/dist/outside.js PACKED [--everywhere]. PACKED is the folder of the tarballs. Types under two compilers and the Node at
// hand; everywhere: other versions of Node, and a browser where there is one (CHROMIUM names it, by default /usr/bin/chromium).
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  complaints,
  disagreements,
  type Findings,
  type Found,
  failures,
  instantiationsIn,
  type Shown,
  type Trained,
  told,
} from "./outside-findings.js";

/** What type-checking the example's model of about 400 lines may cost. */
const instantiationBudget = 60_000;

const { positionals, values } = parseArgs({ allowPositionals: true, options: { everywhere: { type: "boolean" } } });
const [packed] = positionals;
const tarballs =
  packed === undefined || !existsSync(packed)
    ? []
    : readdirSync(packed).flatMap((name) => (name.endsWith(".tgz") ? [resolve(packed, name)] : []));
if (tarballs.length === 0) {
  process.stderr.write("outside: name the folder of the packed packages\n");
  process.exit(2);
}

const project = mkdtempSync(join(tmpdir(), "outside-"));
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const settings = Object.entries(process.env).filter(([name]) => !name.startsWith("FACTORVAE_"));

/** What a program prints when it runs in the project, with the engine's variables as given and no others. */
function run(program: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}): string {
  const { status, signal, stdout, stderr } = spawnSync(program, args, {
    ...{ cwd: project, encoding: "utf8", env: { ...Object.fromEntries(settings), ...variables } },
    ...{ maxBuffer: 1 << 26, timeout: 300_000 },
  });
  if (status !== 0)
    throw new Error(
      `outside: ${basename(program)} ${args.join(" ")} failed (${status ?? signal ?? "it did not start"})\n${stdout}${stderr}`,
    );
  return stdout;
}

/** What one Node computes, with both kinds of kernels; what is wrong with it by itself is added to `wrong`. */
function inNode(version: string, command: readonly string[], wrong: string[]): Found[] {
  const [program, ...args] = [...command, "dist/node.js"];
  return ["plain", "auto"].map((kernels): Found => {
    const findings: Findings & Trained = JSON.parse(run(program, args, { FACTORVAE_KERNELS: kernels }));
    const where = `Node ${version}, ${kernels}`;
    wrong.push(...failures(where, findings));
    return { where, findings };
  });
}

/** Checks all types under one compiler, and what those of the model cost it. */
function checkTypes(compiler: string, wrong: string[]): void {
  const tsc = (...args: readonly string[]): string =>
    run(process.execPath, [join("node_modules", compiler, "bin", "tsc"), ...args]);
  const version = `TypeScript ${tsc("--version").trim().replace("Version ", "")}`;
  for (const config of ["tsconfig.json", "tsconfig.node.json"]) tsc("-p", config);
  const made = instantiationsIn(tsc("-p", "tsconfig.model.json", "--extendedDiagnostics"));
  say(`${version}: types are right; ${made} instantiations for the model, of ${instantiationBudget}`);
  if (made > instantiationBudget) wrong.push(`${version}: ${made} instantiations, more than ${instantiationBudget}`);
}

/** What pages compute, and what is wrong with them otherwise. */
function inBrowser(browser: string): { readonly found: readonly Found[]; readonly wrong: readonly string[] } {
  const pages: readonly Shown[] = run(process.execPath, ["browser.js", browser])
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const found = pages.flatMap(({ served, browser, isolated, auto, plain, onPage }) => {
    const page = `Chromium ${browser}, ${served}, ${isolated ? "isolated" : "not isolated"}`;
    return Object.entries({ auto, plain, "auto, on the page itself": onPage }).map(([how, findings]) => ({
      where: `${page}, ${how}`,
      findings,
    }));
  });
  return { found, wrong: pages.flatMap(complaints) };
}

try {
  const outside = fileURLToPath(new URL("../../examples/outside", import.meta.url));
  const made = /[\\/](node_modules|dist|bundled)$/;
  cpSync(outside, project, { recursive: true, filter: (path) => !made.test(path) });
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...tarballs]);

  const wrong: string[] = [];
  for (const compiler of ["typescript-5.9", "typescript"]) checkTypes(compiler, wrong);

  run("npx", ["--no-install", "factorvae", "--help"]);
  const found = inNode(process.versions.node, [process.execPath], wrong);
  if (values.everywhere) {
    for (const major of [20, 22, 24]) {
      const node = ["npx", "-y", "-p", `node-${process.platform}-${process.arch}@${major}`, "--", "node"];
      found.push(...inNode(run(node[0], [...node.slice(1), "-p", "process.versions.node"]).trim(), node, wrong));
    }
    const browser = process.env.CHROMIUM ?? "/usr/bin/chromium";
    if (existsSync(browser)) {
      const pages = inBrowser(browser);
      found.push(...pages.found);
      wrong.push(...pages.wrong);
    } else say(`no browser at ${browser} (CHROMIUM names another): pages are left out`);
  }
  for (const one of found) say(told(one));
  wrong.push(...disagreements(found));
  for (const sentence of wrong) say(sentence);
  say(wrong.length > 0 ? `${wrong.length} things are wrong` : `${found.length} runs agree`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
} finally {
  rmSync(project, { recursive: true });
}
