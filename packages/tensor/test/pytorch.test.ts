import { describe, expect, it } from "vitest";
import { reference, reference64, withBackend } from "../src/index.js";
import { asTensor } from "./naive.js";
import { cases, difference, runs, torch } from "./pytorch-cases.js";

const elsewhere = ["layerNorm"];

describe(`values as PyTorch ${torch} has them`, () => {
  it("are there for every operation of the fixtures but one, which is no operation here", () => {
    expect([...new Set(cases.map(({ op }) => op))].filter((op) => !(op in runs))).toEqual(elsewhere);
  });

  for (const { op, name, domain, attributes, inputs, constants, output } of cases) {
    const run = runs[op];
    if (!run) continue;
    for (const [backend, tolerance] of [
      [reference64, 1e-9],
      [reference, 1e-5],
    ] as const)
      it(`${op}, ${name}, in ${backend.name}`, () => {
        withBackend(backend, () => {
          const got = run(Object.values(inputs).map(asTensor), Object.values(constants), attributes);
          expect(got.shape).toEqual(output.shape);
          expect(difference(got, output, domain)).toBeLessThanOrEqual(tolerance);
        });
      });
  }
});
