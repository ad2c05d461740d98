import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bundled } from "./bundle.js";
import { type PackageSize, packageSizes, sizeTable } from "./package-sizes.js";

const text = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const committed: readonly PackageSize[] = JSON.parse(text("bench/results/package-sizes.json"));

describe("the sizes of the packages", () => {
  it.each(["tensor", "autograd", "nn", "factorvae"])("stand in the README of %s as they were measured", (name) => {
    expect(text(`packages/${name}/README.md`)).toContain(`${sizeTable(committed, name)}\n`);
  });

  it("are still what was measured, to 5 % (after a change: npm run sizes -- --write)", async () => {
    const now = await packageSizes();
    expect(now.map(({ about }) => about)).toEqual(committed.map(({ about }) => about));
    const changed = now.flatMap(({ package: name, about, kilobytes }, at) => {
      const before = committed[at].kilobytes;
      return Math.abs(kilobytes - before) > 0.05 * before ? [`${name}, ${about}: ${kilobytes} kB, was ${before}`] : [];
    });
    expect(changed).toEqual([]);
  });
});

/** What a program prints, bundled into one file and run by Node without any package at hand. */
const printedBy = async (program: string): Promise<string> => {
  const { code } = await bundled(program);
  return execFileSync(process.execPath, ["--input-type=module", "--eval", code], { encoding: "utf8" }).trim();
};

describe("a bundle", () => {
  it.each(["@factorvae/autograd", "@factorvae/nn"])(
    "of a program that imports %s and uses nothing is empty",
    async (name) => {
      for (const program of [`import "${name}";`, `import * as all from "${name}";`])
        expect((await bundled(program)).code.trim()).toBe("");
    },
  );

  it("of a program that imports factorvae and uses nothing is empty", async () => {
    const external = [/^(?!factorvae$|@factorvae\/)[@a-z]/];
    const { code } = await bundled('import "factorvae";', { external, platform: "node" });
    expect(code.trim()).toMatch(/^(export\{\};)?$/);
  });

  it("of a program that imports @factorvae/tensor and uses nothing holds what is listed as a side effect: methods", async () => {
    const { code } = await bundled('import "@factorvae/tensor";', { minify: false });
    expect(code).toContain("two copies are loaded");
    expect(code).toContain("Object.defineProperty(Tensor.prototype");
  });

  it("leaves out operations that are neither used nor methods", async () => {
    const program = 'import { tensor } from "@factorvae/tensor"; console.log(tensor([1, 2]).add(1).sum().item());';
    const { code } = await bundled(program, { minify: false });
    for (const name of ["triangularSolve", "segmentSoftmax", "conv1d", "gruCell"]) expect(code).not.toContain(name);
    expect(await printedBy(program)).toBe("5");
  });

  it("computes gradients, from one file", async () => {
    const program = `import { grad, tensor } from "@factorvae/autograd";
console.log(JSON.stringify(grad((x) => x.mul(x).sum())(tensor([1, 2])).toArray()));`;
    expect(await printedBy(program)).toBe("[2,4]");
  });
});
