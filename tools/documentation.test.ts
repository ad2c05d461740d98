import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { anchors, codeBlocks, type Fence, fences, fileLinks, isPassage } from "./markdown.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const text = (path: string): string => readFileSync(join(root, path), "utf8");

/** Files of a folder and below, as paths from the root; none where it does not exist. */
function files(folder: string, ending: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending) && !/(^|\/)(node_modules|dist)\//.test(file))
    .map((file) => join(folder, file));
}

/** The Markdown files of a folder and below, as paths from the root. */
function pages(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return /^(node_modules|dist|coverage|demo|runs|site|\..*)$/.test(entry.name) ? [] : pages(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

const packages = readdirSync(join(root, "packages")).map((name) => join("packages", name));
const documents = pages("");
/** Programs that documents show; tests beside them run them. (examples/outside is a project of its own: tools/outside.ts runs it.) */
const examples = ["examples", ...packages.map((folder) => join(folder, "test"))]
  .flatMap((folder) => files(folder, ".ts"))
  .filter((file) => /^examples\/|-example\.ts$/.test(file) && !/\.test\.ts$|^examples\/outside\//.test(file));
const sources = [
  ...files("examples", ".ts"),
  ...packages.flatMap((folder) => [...files(join(folder, "src"), ".ts"), ...files(join(folder, "test"), ".ts")]),
].map(text);

/** What a reader types into a shell: `commands.test.ts` checks the calls of the command among it. */
const shells = ["bash", "sh"];
/** Pictures made of letters, and what programs print. */
const pictures = ["text"];
/** Programs for another project, which cannot run here. */
const foreign: { readonly [document: string]: readonly string[] } = { "docs/qlib.md": ["python"] };

/** Whether a block is a passage of a file that is checked and tested, or no program of ours at all. */
function isSound(document: string, { language, code }: Fence): boolean {
  if ([...shells, ...pictures, ...(foreign[document] ?? [])].includes(language)) return true;
  return language === "ts" && sources.some((source) => isPassage(code, source));
}

describe("the documents", () => {
  it("are all there are", () => {
    expect(documents).toEqual(
      expect.arrayContaining(["README.md", ...packages.map((folder) => join(folder, "README.md"))]),
    );
    expect(documents.filter((document) => document.startsWith("docs/")).length).toBeGreaterThan(8);
  });

  it("may not show a program that nothing runs, whatever the block says it is", () => {
    const [source] = sources;
    const [line] = source.split("\n");
    for (const language of ["", "typescript", "js", "json", "python"])
      expect(isSound("docs/numerics.md", { language, code: `${line}\n`, line: 1 })).toBe(false);
    expect(isSound("docs/numerics.md", { language: "ts", code: `${line}\n`, line: 1 })).toBe(true);
    expect(isSound("docs/numerics.md", { language: "ts", code: "no passage of anything\n", line: 1 })).toBe(false);
  });
});

describe.each(documents)("%s", (document) => {
  it("shows no program that is not a passage of a file which is checked and tested", () => {
    const invented = fences(text(document)).filter((fence) => !isSound(document, fence));
    expect(invented).toEqual([]);
  });

  it("says where the names in its programs come from, or links to the whole program", () => {
    const blocks = codeBlocks(text(document), "ts");
    const linked = fileLinks(text(document)).map((target) => join(dirname(document), target));
    const modules = examples
      .filter((example) => !linked.includes(example) && blocks.some((block) => isPassage(block, text(example))))
      .flatMap((example) => [...text(example).matchAll(/ from "([^.][^"]*)";$/gm)].map(([, name]) => name));
    expect(modules.filter((name) => !new RegExp(`from ["\`]${name}["\`]`).test(text(document)))).toEqual([]);
  });

  it("links to files and headings that exist", () => {
    const lost = fileLinks(text(document)).filter((target) => {
      const [path, heading] = target.split("#");
      const file = path === "" ? document : join(dirname(document), path);
      if (!existsSync(join(root, file))) return true;
      return heading !== undefined && file.endsWith(".md") && !anchors(text(file)).includes(heading);
    });
    expect(lost).toEqual([]);
  });
});

describe.each(examples)("%s", (example) => {
  it("is shown by a document", () => {
    const blocks = documents.flatMap((document) => codeBlocks(text(document), "ts"));
    expect(blocks.some((block) => isPassage(block, text(example)))).toBe(true);
  });

  it("is run by a test beside it", () => {
    const name = basename(example, ".ts");
    const tests = files(dirname(example), ".test.ts").map(text);
    expect(tests.some((test) => test.includes(`"./${name}.js"`))).toBe(true);
  });
});
