import { constant, cosine, inSequence, linearWarmUp, type Schedule, stepDecay } from "../src/index.js";

/** A schedule of PyTorch and the rates that it gave. */
export interface Plan {
  readonly name: string;
  readonly kind: "constant" | "cosine" | "linearWarmUp" | "step" | "warmUpThenCosine";
  readonly options: Readonly<
    Record<"base" | "minimum" | "steps" | "startFactor" | "warmUpSteps" | "every" | "factor", number>
  >;
  readonly lr: readonly number[];
}

/** Our schedule of that kind and those settings. */
export function scheduleOf({ kind, options }: Plan): Schedule {
  const { base, minimum, steps, startFactor, warmUpSteps, every, factor } = options;
  switch (kind) {
    case "constant":
      return constant;
    case "cosine":
      return cosine(steps, minimum / base);
    case "linearWarmUp":
      return linearWarmUp(steps, startFactor);
    case "step":
      return stepDecay(every, factor);
    case "warmUpThenCosine":
      return inSequence(
        linearWarmUp(warmUpSteps, startFactor),
        warmUpSteps,
        cosine(steps - warmUpSteps, minimum / base),
      );
  }
}
