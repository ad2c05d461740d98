import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

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
