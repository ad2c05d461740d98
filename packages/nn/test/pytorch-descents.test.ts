import { type Tensor, withBackend } from "@factorvae/tensor";
import { describe, it } from "vitest";
import { amsGrad, type Optimizer, rmsProp, sgd } from "../src/index.js";
import { allRestored, expectClose, precisions, readFixtures, type StoredByName } from "./fixtures.js";

interface Trace {
  readonly name: string;
  readonly optimizer: "sgd" | "rmsProp" | "amsGrad";
  readonly options: { readonly lr: number };
  readonly initial: StoredByName;
  readonly steps: readonly {
    readonly lr: number;
    readonly gradients: StoredByName;
    readonly parameters: StoredByName;
  }[];
}

const { traces } = readFixtures<{ readonly traces: readonly Trace[] }>("descents");

const makers: Readonly<
  Record<Trace["optimizer"], (params: readonly Tensor[], options: Trace["options"]) => Optimizer>
> = { sgd, rmsProp, amsGrad };

function follow({ optimizer, options, initial, steps }: Trace, tolerance: number): void {
  const named = allRestored(initial);
  const params = Object.values(named);
  const { step } = makers[optimizer](params, options);
  steps.forEach(({ lr, gradients, parameters }, index) => {
    step(Object.values(allRestored(gradients)), { lr });
    Object.keys(named).forEach((name, at) => {
      expectClose(params[at], parameters[name], tolerance, `${name} after step ${index}`);
    });
  });
}

for (const { kernels, tolerance } of precisions)
  describe(`in ${kernels.name}, every parameter after each of 50 steps agrees with PyTorch to ${tolerance}`, () => {
    it.each(traces)("$name", (trace) => {
      withBackend(kernels, () => follow(trace, tolerance));
    });
  });
