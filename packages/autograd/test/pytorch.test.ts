import { mul, sum, type Tensor, withBackend } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { asTensor } from "../../tensor/test/naive.js";
import { backends, cases, difference, runs, torch } from "../../tensor/test/pytorch-cases.js";
import { grad } from "../src/index.js";

describe(`gradients as PyTorch ${torch} has them`, () => {
  for (const { op, name, domain, attributes, inputs, constants, cotangent, gradients } of cases) {
    const run = runs[op];
    if (!run) continue;
    for (const { backend, tolerance } of backends)
      it(`${op}, ${name}, in ${backend.name}`, () => {
        withBackend(backend, () => {
          const weights = asTensor(cotangent);
          const loss = (x: readonly Tensor[]) => sum(mul(run(x, Object.values(constants), attributes), weights));
          const found = grad(loss)(Object.values(inputs).map(asTensor));
          Object.values(gradients).forEach((wanted, position) => {
            expect(found[position].shape).toEqual(wanted.shape);
            expect(difference(found[position], wanted, domain), Object.keys(gradients)[position]).toBeLessThanOrEqual(
              tolerance,
            );
          });
        });
      });
  }
});
