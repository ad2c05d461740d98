import {
  add,
  grad,
  hvp,
  matmul,
  mul,
  pinned,
  scope,
  sum,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
} from "@factorvae/autograd";
import { sumOf, type Timed } from "../../case.js";
import type { ChainSpec, CurvatureSpec, OverheadSpec } from "../../groups/small.js";
import { values } from "../../values.js";

/** Operations of one run: with fewer the timer itself would count. */
const repeats = 100;

/** One small operation, many times. */
export function overheadCase({ operation, place }: OverheadSpec): Timed {
  const flat = tensor(values("x", 64), [64]);
  const square = flat.reshape([8, 8]);
  const compute: () => Tensor = operation === "add" ? () => add(flat, flat) : () => matmul(square, square);
  const all = (): number => {
    let last = 0;
    for (let at = 0; at < repeats; at++) last = compute().storage.values[0];
    return last;
  };
  return place === "heap" ? { run: all } : { run: () => scope(all), around: (turn) => pinned([flat], turn) };
}

/** Additions and products in turn. */
export function chainCase({ length, backward, place }: ChainSpec): Timed {
  const x = tensor(values("x", 64), [64]);
  const y = tensor(values("y", 64), [64]);
  const compute = (): Tensor<readonly [64]> => {
    let value = x;
    for (let at = 0; at < length / 2; at++) value = add(mul(value, y), x);
    return value;
  };
  const result = (): Tensor => (backward ? valueAndGrad(() => sum(compute()), [x]).grads[0] : compute());
  const check = () => sumOf(result().data);
  if (place === "heap") return { run: () => result().data[0], check };
  return { run: () => scope(() => result().storage.values[0]), check, around: (turn) => pinned([x, y], turn) };
}

/** A gradient, or a gradient of the product of a gradient with a vector. */
export function curvatureCase({ what, rows, width }: CurvatureSpec): Timed {
  type Rows = Tensor<readonly [number, number]>;
  const matrix = (name: string, height: number, bound: number): Rows =>
    tensor(values(name, height * width, bound), [height, width]);
  const x = matrix("x", rows, 1);
  const direction = matrix("v", rows, 1);
  const weights = [1, 2, 3].map((layer) => matrix(`w${layer}`, width, 2 / Math.sqrt(width)));
  const loss = (input: Rows) => sum(weights.reduce((h: Rows, w) => tanh(matmul(h, w)), input));
  const compute = what === "grad" ? () => grad(loss)(x) : () => hvp(loss, x, direction);
  return {
    run: () => scope(() => compute().storage.values[0]),
    check: () => sumOf(compute().data),
    around: (turn) => pinned([x, direction, ...weights], turn),
  };
}
