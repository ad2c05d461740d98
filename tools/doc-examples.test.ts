import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import * as autograd from "../packages/autograd/src/index.js";
import * as factorvae from "../packages/factorvae/src/index.js";
import * as nn from "../packages/nn/src/index.js";
import * as tensor from "../packages/tensor/src/index.js";
import { type DocExample, docExamples, type Library, program, promised } from "./doc-examples.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const text = (path: string): string => readFileSync(join(root, path), "utf8");

/** What a package exports: values as it does, types as its index says. */
const library = (name: string, values: object): Library => {
  const index = join("packages", name, "src", "index");
  const listed = [...text(`${index}.ts`).matchAll(/^export (?:type )?\{(.*?)\}/gms)].flatMap(([, list]) =>
    list.split(",").map((each) => each.replace(/^.*\b(type|as) /s, "").trim()),
  );
  return { specifier: join(root, `${index}.js`), names: new Set([...Object.keys(values), ...listed]) };
};
const libraries = Object.entries({ tensor, autograd, nn, factorvae }).map(([name, values]) => library(name, values));

const sources = Object.keys({ tensor, autograd, nn, factorvae }).flatMap((name) =>
  readdirSync(join(root, "packages", name, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => /^(?!.*\.(test|samples)\.ts$).*\.ts$/.test(file))
    .map((file) => join("packages", name, "src", file)),
);
const examples = sources.flatMap((file) => docExamples(file, text(file)));
const misspelt: DocExample = { file: "misspelt.ts", name: "misspelt", code: "zeros([3]).tanhh();" };

const folder = mkdtempSync(join(tmpdir(), "doc-examples-"));
afterAll(() => rmSync(folder, { recursive: true }));
const programs = [...examples, misspelt].map((example, at) => ({ example, file: `${at}-${example.name}.ts` }));

/** What the compiler says of all programs at once, a line each; before it, nothing of them is there to run. */
function compiled(): readonly string[] {
  for (const { example, file } of programs) writeFileSync(join(folder, file), program(example, libraries));
  const settings = {
    extends: join(root, "tsconfig.test.json"),
    compilerOptions: {
      verbatimModuleSyntax: false,
      noUnusedLocals: false,
      typeRoots: [join(root, "node_modules", "@types")],
    },
    include: ["*.ts"],
    exclude: [],
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
  const compiler = join(dirname(fileURLToPath(import.meta.resolve("typescript/package.json"))), "bin", "tsc");
  const { stdout } = spawnSync(process.execPath, [compiler, "-p", folder, "--pretty", "false"], { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line !== "");
}

/** A value as the comments in examples write it. */
const shown = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, part) => (part instanceof tensor.Tensor ? part.toArray() : part)));

describe("the examples in doc comments", () => {
  const said = compiled();

  it("are all found", () => {
    const tags = sources.flatMap((file) => text(file).match(/\* @example/g) ?? []);
    expect(examples).toHaveLength(tags.length);
    expect(examples.length).toBeGreaterThan(15);
  });

  it("would be reported by name, if they did not compile", () => {
    const own = said.filter((line) => line.includes("-misspelt.ts("));
    expect(own).toHaveLength(1);
    expect(own[0]).toContain("Property 'tanhh' does not exist");
    const files = programs.map(({ file }) => file);
    expect(said.filter((line) => !line.startsWith(" ") && !files.some((file) => line.includes(file)))).toEqual([]);
  });

  it.each(programs.slice(0, -1))("compile, run and give what they say: $example.file, $example.name", async (one) => {
    expect(said.filter((line) => line.includes(`${one.file}(`))).toEqual([]);
    const run = async (): Promise<unknown> => (await import(/* @vite-ignore */ join(folder, one.file))).default;
    const result = promised(one.example);
    if (result === undefined) await run();
    else if (/^\w+Error: /.test(result)) await expect(run).rejects.toThrow(result.replace(/^\w+Error: /, ""));
    else expect(shown(await run())).toEqual(JSON.parse(result));
  });
});
