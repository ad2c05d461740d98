import { exp, mul, sigmoid, softmax, softplus, sum, type Tensor, tanh, tensor } from "@factorvae/autograd";
import type { Timed } from "../../case.js";
import type { ElementwiseSpec } from "../../groups/elementwise.js";
import { values } from "../../values.js";
import { placed } from "./place.js";

const operations: Readonly<Record<ElementwiseSpec["operation"], (x: Tensor<readonly [number, number]>) => Tensor>> = {
  exp,
  sigmoid,
  tanh,
  softplus,
  mul: (x) => mul(x, x),
  "sum of rows": (x) => sum(x, 1),
  "softmax of rows": (x) => softmax(x, 1),
};

/** One operation on each element, or on each row of 64. */
export function elementwiseCase({ operation, count, place }: ElementwiseSpec): Timed {
  const x = tensor(values("x", count, 3), [count / 64, 64]);
  return placed(place, [x], () => operations[operation](x));
}
