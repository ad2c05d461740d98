import { describe, expect, it } from "vitest";
import { withBackend } from "../src/index.js";
import * as ops from "../src/ops.js";
import { asTensor } from "./naive.js";
import { backends, cases, difference, runs, torch } from "./pytorch-cases.js";

/** No operation here. */
const elsewhere = ["layerNorm"];

/** What PyTorch has no function of, or none that does the same: its oracle is its definition in loops, or stands as said. */
const without = new Set([
  "alias", // the same numbers under another name
  "gru", // with its weights, in the tests of the layer
  "gruStates",
  "quadraticForms",
  "quadraticFormsGradient",
  "segmentMatmul",
  "segmentMax",
  "segmentProduct",
  "segmentRepeat",
  "segmentSoftmax",
  "segmentSum",
]);

/** Operations that go by another name there. */
const renamed = new Map([
  ["gather", "indexSelect"],
  ["takeAlong", "gather"],
]);

describe(`values as PyTorch ${torch} has them`, () => {
  it("are there for every operation of the fixtures but one, which is no operation here", () => {
    expect([...new Set(cases.map(({ op }) => op))].filter((op) => !(op in runs))).toEqual(elsewhere);
  });

  it.each(Object.keys(ops).filter((op) => !without.has(op)))("are there for %s", (op) => {
    expect(Object.keys(runs)).toContain(renamed.get(op) ?? op);
    expect(cases.some((each) => each.op === (renamed.get(op) ?? op))).toBe(true);
  });

  for (const { op, name, domain, attributes, inputs, constants, output } of cases) {
    const run = runs[op];
    if (!run) continue;
    for (const { backend, tolerance } of backends)
      it(`${op}, ${name}, in ${backend.name}`, () => {
        withBackend(backend, () => {
          const got = run(Object.values(inputs).map(asTensor), Object.values(constants), attributes);
          expect(got.shape).toEqual(output.shape);
          expect(difference(got, output, domain)).toBeLessThanOrEqual(tolerance);
        });
      });
  }
});
