import { add, mul, type Tensor, withBackend } from "@factorvae/tensor";
import { describe, it } from "vitest";
import { adam, adamW } from "../src/index.js";
import { allRestored, expectClose, precisions, readFixtures, type StoredByName } from "./fixtures.js";

interface Trace {
  readonly name: string;
  readonly optimizer: "adam" | "adamW";
  readonly options: {
    readonly lr: number;
    readonly beta1: number;
    readonly beta2: number;
    readonly epsilon: number;
    readonly weightDecay: number;
  };
  readonly initial: StoredByName;
  readonly steps: readonly {
    readonly lr: number;
    readonly gradients: StoredByName;
    readonly parameters: StoredByName;
  }[];
}

const { traces } = readFixtures<{ readonly traces: readonly Trace[] }>("optimizers");

function follow({ optimizer, options, initial, steps }: Trace, tolerance: number): void {
  const named = allRestored(initial);
  const names = Object.keys(named);
  const params = Object.values(named);
  const { weightDecay, ...others } = options;
  const { step } = optimizer === "adamW" ? adamW(params, options) : adam(params, others);
  // PyTorch's Adam has its weight decay in the gradient, where anyone can put it.
  const penalty = optimizer === "adamW" ? 0 : weightDecay;
  steps.forEach(({ lr, gradients, parameters }, index) => {
    const fed: Tensor[] = Object.values(allRestored(gradients)).map((gradient, at) =>
      add<readonly number[]>(gradient, mul(params[at], penalty)),
    );
    step(fed, { lr });
    names.forEach((name, at) => {
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
