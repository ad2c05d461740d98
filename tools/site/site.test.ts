import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** What typedoc complains of when it writes what `output` tells; nothing if it is content. */
function complaints(options: string, output: readonly string[]): string {
  const program = path("./node_modules/typedoc/bin/typedoc");
  try {
    return execFileSync(process.execPath, [program, "--logLevel", "Warn", "--options", options, ...output], {
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

const folder = mkdtempSync(join(tmpdir(), "site-"));
afterAll(() => rmSync(folder, { recursive: true }));

const answer = "/** The answer. */\nexport const answer = 42;\n";

/** What typedoc complains of in a package of these files, as strict as with our own. */
function complaintsOf(name: string, files: Readonly<Record<string, string>>): string {
  const at = join(folder, name);
  mkdirSync(at);
  const compilerOptions = { module: "NodeNext", types: [], strict: true };
  const entry = {
    entryPoints: ["index.ts"],
    tsconfig: "tsconfig.json",
    projectDocuments: Object.keys(files).filter((file) => file.endsWith(".md")),
  };
  const settings = {
    "package.json": { name: "factorvae", type: "module" },
    "tsconfig.json": { compilerOptions, include: ["*.ts"] },
    "typedoc.json": { extends: [path("./typedoc.json")], ...entry },
  };
  for (const [file, setting] of Object.entries(settings)) writeFileSync(join(at, file), JSON.stringify(setting));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(at, file), text);
  return complaints(join(at, "typedoc.json"), ["--html", join(at, "pages")]);
}

describe("the site of the documents and the exports", () => {
  const [pages, file] = [join(folder, "pages"), join(folder, "site.json")];
  // Written, not only read: whether an anchor exists is known when its page has been made.
  const found = complaints(path("./typedoc.json"), ["--html", pages, "--json", file]);

  it("can be made of all four packages: every export, and every function in one, bears a comment", () => {
    expect(found).toBe("");
    expect(readdirSync(pages)).toContain("index.html");
  });

  it("says how each operation is called: what its type is named after has a page", () => {
    const site: Described = JSON.parse(readFileSync(file, "utf8"));
    const values = site.children
      ?.flatMap(({ children = [] }) => children)
      .filter(({ kind, type }) => kind === variable && type);
    expect(values?.map(({ name }) => name)).toContain("solve");
    expect(values?.filter(({ type }) => type && unexplained(type).length > 0).map(({ name }) => name)).toEqual([]);
  });

  it("cannot be made of an export without one, which is named", () => {
    const named = complaintsOf("undocumented", { "index.ts": `${answer}export const question = () => "unknown";\n` });
    expect(named).toMatch(/question.*does not have any documentation/);
    expect(named).not.toMatch(/answer/);
  });

  it("cannot be made of a link to a heading that has no anchor, which is named", () => {
    const links = "# Links\n\n[sound](there.md#arrays), [lost](there.md#tensors-code)\n";
    const there = "# There\n\n## Arrays\n\n## Tensors: `code`\n";
    const named = complaintsOf("unlinked", { "index.ts": answer, "links.md": links, "there.md": there });
    expect(named).toMatch(/links to there\.md#tensors-code, but the anchor does not exist/);
    expect(named).not.toMatch(/there\.md#arrays/);
  });
});
