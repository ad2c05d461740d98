import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** What typedoc complains of, without writing a page unless told what to write; nothing if it is content. */
function complaints(options = path("./typedoc.json"), output: readonly string[] = ["--emit", "none"]): string {
  const program = path("./node_modules/typedoc/bin/typedoc");
  try {
    return execFileSync(process.execPath, [program, "--options", options, ...output], {
      encoding: "utf8",
      stdio: "pipe",
    });
  } catch (error) {
    return error instanceof Error && "stderr" in error && "stdout" in error
      ? `${error.stdout}${error.stderr}`
      : String(error);
  }
}

/** A part of a type, as typedoc writes it: the target of a reference that no page explains is not a number. */
interface Part {
  readonly name?: string;
  readonly target?: unknown;
  readonly package?: string;
  readonly types?: readonly Part[];
}

interface Described {
  readonly name: string;
  readonly kind: number;
  readonly type?: Part;
  readonly children?: readonly Described[];
}

/** Typedoc's number for an exported value. */
const variable = 32;

/** The names in a type, of this workspace, that have no page. */
const unexplained = ({ name, target, package: from, types = [] }: Part): readonly string[] => [
  ...(name !== undefined && typeof target === "object" && from?.startsWith("@factorvae/") ? [name] : []),
  ...types.flatMap(unexplained),
];

describe("the site of the documents and the exports", () => {
  it("can be made of all four packages: every export, and every function in one, bears a comment", () => {
    expect(complaints()).toBe("");
  });

  it("says how each operation is called: what its type is named after has a page", () => {
    const folder = mkdtempSync(join(tmpdir(), "site-"));
    try {
      const file = join(folder, "site.json");
      complaints(path("./typedoc.json"), ["--json", file]);
      const site: Described = JSON.parse(readFileSync(file, "utf8"));
      const values = site.children
        ?.flatMap(({ children = [] }) => children)
        .filter(({ kind, type }) => kind === variable && type);
      expect(values?.map(({ name }) => name)).toContain("solve");
      expect(values?.filter(({ type }) => type && unexplained(type).length > 0).map(({ name }) => name)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("cannot be made of an export without one, which is named", () => {
    const folder = mkdtempSync(join(tmpdir(), "site-"));
    try {
      writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "factorvae", type: "module" }));
      const sound = "/** The answer. */\nexport const answer = 42;\n";
      writeFileSync(join(folder, "index.ts"), `${sound}export const question = () => "unknown";\n`);
      const compilerOptions = { module: "NodeNext", types: [], strict: true };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
      const options = { extends: [path("./typedoc.json")], entryPoints: ["index.ts"], tsconfig: "tsconfig.json" };
      writeFileSync(join(folder, "typedoc.json"), JSON.stringify(options));
      const found = complaints(join(folder, "typedoc.json"));
      expect(found).toMatch(/question.*does not have any documentation/);
      expect(found).not.toMatch(/answer/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
