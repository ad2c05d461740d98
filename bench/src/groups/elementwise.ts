import { type Group, nanosecondsPerElement, type Place } from "./group.js";

/** One operation on `count` elements, a matrix of `count / 64` rows where it is one on rows. */
export interface ElementwiseSpec {
  readonly operation: "exp" | "sigmoid" | "tanh" | "softplus" | "mul" | "sum of rows" | "softmax of rows";
  readonly count: number;
  readonly place: Place;
}

const operations = ["exp", "sigmoid", "tanh", "softplus", "mul", "sum of rows", "softmax of rows"] as const;
const places = ["scope", "heap"] as const;

/** Formulas, sums and softmax over few and many elements. */
export const elementwise: Group<ElementwiseSpec> = {
  about: "Formulas over 16,384 and 10^6 elements, sums and softmax over rows of 64.",
  unit: nanosecondsPerElement,
  rows: places.flatMap((place) =>
    [16_384, 1_000_000].flatMap((count) =>
      operations
        .filter((operation) => place === "scope" || operation === "exp" || operation === "mul")
        .map((operation) => ({
          name: `${operation}, ${count} elements${place === "heap" ? ", heap" : ""}`,
          amount: count,
          spec: { operation, count, place },
          ...(place === "heap" && { oursOnly: true }),
        })),
    ),
  ),
};
