import { readdirSync, readFileSync } from "node:fs";
import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { main } from "../packages/factorvae/src/cli/main.js";
import { codeBlocks } from "./markdown.js";

const text = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** What the command prints on stdout, and its exit code. */
async function printed(...argv: string[]): Promise<{ readonly out: string; readonly code: number }> {
  let out = "";
  const stdout = new Writable({
    write: (chunk, _, done) => {
      out += String(chunk);
      done();
    },
  });
  const stderr = new Writable({ write: (_chunk, _, done) => done() });
  const code = await main(argv, { stdout, stderr, signal: new AbortController().signal, now: () => 0 });
  return { out, code };
}

/** The calls of the command that the documents show, as argument lists. */
const shown = [
  "README.md",
  "packages/factorvae/README.md",
  ...readdirSync(new URL("../docs", import.meta.url)).map((name) => `docs/${name}`),
]
  .flatMap((document) => ["bash", "sh"].flatMap((shell) => codeBlocks(text(document), shell)))
  .flatMap((block) => block.split("\n"))
  .flatMap((line) => {
    const [, call] =
      /(?:npm run factorvae --|(?:npx|pnpm) factorvae|npm start --|^factorvae)\s+([^#]*)/.exec(line) ?? [];
    return call ? [call.trim().split(/\s+/)] : [];
  });

describe("the documents", () => {
  it("show calls of the command", () => {
    expect(shown.length).toBeGreaterThan(3);
  });

  it.each(shown)("show `factorvae %s %s ...`, which has such a command and such options", async (command, ...rest) => {
    const { out, code } = await printed(command, "--help");
    expect(code).toBe(0);
    const options = rest.filter((argument) => argument.startsWith("--"));
    expect(options.filter((option) => !out.includes(option))).toEqual([]);
  });

  it("name every command in the README, and none besides", async () => {
    const { out } = await printed("--help");
    const commands = [...out.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, name]) => name);
    const [, table] = text("README.md").split("| command | does |");
    const named = [...table.split("\n\n")[0].matchAll(/^\| `([a-z]+)` \|/gm)].map(([, name]) => name);
    expect(named.toSorted()).toEqual(commands.toSorted());
  });
});
