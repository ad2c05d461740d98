import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { codeBlocks, fileLinks, isPassage } from "./markdown.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const text = (path: string): string => readFileSync(join(root, path), "utf8");

/** Files of a folder and below, as paths from the root; none where it does not exist. */
function files(folder: string, ending: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending) && !/(^|\/)(node_modules|dist)\//.test(file))
    .map((file) => join(folder, file));
}

const packages = readdirSync(join(root, "packages")).map((name) => join("packages", name));
const documents = [
  "README.md",
  ...files("docs", ".md"),
  ...packages.map((folder) => join(folder, "README.md")).filter((file) => existsSync(join(root, file))),
];
/** Programs that documents show; tests beside them run them. (examples/outside is a project of its own: tools/outside.ts runs it.) */
const examples = ["examples", ...packages.map((folder) => join(folder, "test"))]
  .flatMap((folder) => files(folder, ".ts"))
  .filter((file) => /^examples\/|-example\.ts$/.test(file) && !/\.test\.ts$|^examples\/outside\//.test(file));
const sources = [
  ...files("examples", ".ts"),
  ...packages.flatMap((folder) => [...files(join(folder, "src"), ".ts"), ...files(join(folder, "test"), ".ts")]),
].map(text);

describe.each(documents)("%s", (document) => {
  it("shows no TypeScript that is not a passage of a file which is checked and tested", () => {
    const invented = codeBlocks(text(document), "ts").filter(
      (block) => !sources.some((source) => isPassage(block, source)),
    );
    expect(invented).toEqual([]);
  });

  it("links to files that exist", () => {
    const lost = fileLinks(text(document)).filter(
      (target) => !existsSync(join(root, dirname(document), target.replace(/#.*/, ""))),
    );
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
