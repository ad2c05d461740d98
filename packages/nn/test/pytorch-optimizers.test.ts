import { withBackend } from "@factorvae/tensor";
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
  const { step } = optimizer === "adamW" ? adamW(params, options) : adam(params, options);
  steps.forEach(({ lr, gradients, parameters }, index) => {
    step(Object.values(allRestored(gradients)), { lr });
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
