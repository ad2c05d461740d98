import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Tensor, tensor } from "../src/index.js";
import { listed, type Samples } from "./sample.js";
import { drawn, namedSamples } from "./samples.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const [row = ""] = /^.*views of the same memory.*$/m.exec(readme) ?? [];
/** What the README says to be views: the names in the first column of their row. */
const views = [...row.split(" | ")[0].matchAll(/`(\w+)`/g)].map(([, name]) => name);

const isTensor = (value: Tensor | readonly Tensor[]): value is Tensor => value instanceof Tensor;
const sizes = [
  { m: 2, n: 3, k: 4 },
  { m: 1, n: 1, k: 1 },
  { m: 0, n: 1, k: 2 },
];

it("takes the views from the README", () => {
  expect(views).toContain("transpose");
});

const computing = namedSamples.filter(([name]) => !views.includes(name));

/** The samples at which some result has something to do with an operand. */
const found = (samples: Samples, isRelated: (result: Tensor, operand: Tensor) => boolean): readonly string[] =>
  sizes.flatMap(samples).flatMap((sample) => {
    const operands = drawn(sample, 7).map(({ shape, data }) => tensor(data, shape));
    const results = listed(sample.run(...operands), isTensor);
    return results.some((result) => operands.some((operand) => isRelated(result, operand))) ? [sample.about] : [];
  });

it.each(namedSamples)("a result of %s is never an operand itself", (_, samples) => {
  expect(found(samples, (result, operand) => result === operand)).toEqual([]);
});

it.each(computing)("a result of %s, which is no view, has memory of its own", (_, samples) => {
  expect(found(samples, (result, operand) => result.storage === operand.storage)).toEqual([]);
});
