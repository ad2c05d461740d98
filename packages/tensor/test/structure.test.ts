import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { importsOf, objection } from "./layers.js";

const packages = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** The source files of a package, without tests and samples. */
const sources = (name: string): string[] =>
  readdirSync(join(packages, name, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/\.(test|samples|test-d)\.ts$/.test(file))
    .map((file) => join(packages, name, "src", file));

/** The files of the same package that a file needs at run time. */
function imports(file: string): string[] {
  const statements = readFileSync(file, "utf8").matchAll(/^(?:import|export)(?! type) [^;]*?from "(\.[^"]*)";/gms);
  return [...statements].map(([, path]) => join(dirname(file), path.replace(/\.js$/, ".ts")));
}

/** A way from a file back to itself. */
function cycleFrom(file: string, path: readonly string[], done: Set<string>): readonly string[] | undefined {
  if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
  if (done.has(file)) return undefined;
  for (const next of imports(file)) {
    const cycle = cycleFrom(next, [...path, file], done);
    if (cycle) return cycle;
  }
  done.add(file);
  return undefined;
}

describe.each(["tensor", "autograd", "nn"])("the sources of %s", (name) => {
  const files = sources(name);

  it("do not import each other in a circle", () => {
    const done = new Set<string>();
    const cycles = files.map((file) =>
      cycleFrom(file, [], done)
        ?.map((part) => relative(packages, part))
        .join(" -> "),
    );
    expect(cycles.filter((cycle) => cycle !== undefined)).toEqual([]);
  });

  it("say of every export what it is", () => {
    const bundlersNote = "/* @__NO_SIDE_EFFECTS__ */";
    const declaration = /^export (?:abstract )?(?:const|function|class|interface|type)\*? (\w+)/;
    const silent = files.flatMap((file) => {
      const lines = readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== bundlersNote);
      const declared = new Set<string>();
      return lines.flatMap((line, number) => {
        const [, exported] = declaration.exec(line) ?? [];
        if (!exported || declared.has(exported)) return [];
        declared.add(exported);
        return lines[number - 1]?.endsWith("*/") ? [] : [`${relative(packages, file)}: ${exported}`];
      });
    });
    expect(silent).toEqual([]);
  });
});

describe.each(["tensor", "autograd", "nn", "factorvae"])("the layers below %s", (name) => {
  it("are all that its sources import, and by their public doors", () => {
    const found = sources(name).flatMap((file) => {
      const path = relative(packages, file).replaceAll("\\", "/");
      return importsOf(readFileSync(file, "utf8")).map((imported) => [path, imported, objection(path, imported)]);
    });
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(([, , reason]) => reason !== undefined)).toEqual([]);
  });
});

describe("importsOf", () => {
  it("finds values, types, what is exported again, effects and what is loaded later", () => {
    const text = `import { a,
  type B } from "./a.js";
import type { C } from "./c.js";
import * as all from "d";
import "./e.js";
export * from "./f.js";
export type { G } from "./g.js";
const later = await import("./h.js");
const text = \`no import, though it says from "./i.js"\`;`;
    expect(importsOf(text)).toEqual(["./a.js", "./c.js", "d", "./e.js", "./f.js", "./g.js", "./h.js"]);
  });
});

describe("objection", () => {
  it.each([
    ["tensor/src/op.ts", "@factorvae/autograd"],
    ["tensor/src/op.ts", "@factorvae/tensor"],
    ["tensor/src/op.ts", "node:fs"],
    ["tensor/src/tensor.ts", "./backend/wasm/softmax.js"],
    ["tensor/src/ops/softmax.ts", "../backend/reference/reference.js"],
    ["tensor/src/backend/wasm/softmax.ts", "../../tensor.js"],
    ["tensor/src/backend/engine.ts", "../ops/softmax.js"],
    ["autograd/src/tape.ts", "@factorvae/nn"],
    ["autograd/src/tape.ts", "@factorvae/tensor/src/op.js"],
    ["autograd/src/tape.ts", "../../tensor/src/op.js"],
    ["nn/src/layers/linear.ts", "@factorvae/autograd"],
    ["nn/src/layers/linear.ts", "factorvae"],
    ["nn/src/layers/linear.ts", "../../test/cases.js"],
    ["factorvae/src/model/encoder.ts", "@factorvae/tensor/dist/index.js"],
    ["factorvae/src/model/encoder.ts", "../../../nn/src/rows.js"],
  ])("keeps %s from importing %s", (file, imported) => {
    expect(objection(file, imported)).toBeDefined();
  });

  it.each([
    ["tensor/src/ops/softmax.ts", "../backend/wasm/softmax.js"],
    ["tensor/src/backend/wasm/softmax.ts", "../../shape.js"],
    ["autograd/src/tape.ts", "@factorvae/tensor"],
    ["nn/src/layers/linear.ts", "../parameter.js"],
    ["factorvae/src/cli/main.ts", "commander"],
    ["factorvae/src/cli/main.ts", "node:fs"],
  ])("lets %s import %s", (file, imported) => {
    expect(objection(file, imported)).toBeUndefined();
  });
});
