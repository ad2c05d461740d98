import { values } from "../values.js";

/** The weights of a recurrent unit as wide as its input, by the names and in the order of ours. */
export function gruWeights(hidden: number): Record<"weightIh" | "weightHh" | "biasIh" | "biasHh", Float32Array> {
  const bound = 1 / Math.sqrt(hidden);
  const [matrix, vector] = [3 * hidden * hidden, 3 * hidden];
  return {
    weightIh: values("weightIh", matrix, bound),
    weightHh: values("weightHh", matrix, bound),
    biasIh: values("biasIh", vector, bound),
    biasHh: values("biasHh", vector, bound),
  };
}
