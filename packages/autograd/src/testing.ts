import {
  add,
  fold,
  type Key,
  mul,
  normal,
  reference64,
  type Scalar,
  scalar,
  sum,
  type Tensor,
  tensor,
  withBackend,
} from "@factorvae/tensor";
import { grad } from "./grad.js";
import { type Leaf, sourcesOf, type Tree, withLeaves } from "./tree.js";

/** How a derivative is checked. */
export interface GradcheckOptions {
  /** For the random direction. */
  readonly key: Key;
  /** Step of the central differences (default 1e-5). */
  readonly step?: number;
  /** Largest difference that passes, over the larger of 1 and the derivative's size (default 1e-7). */
  readonly tolerance?: number;
  /** 1 checks the gradient; 2 its derivative also (default 2). */
  readonly order?: 1 | 2;
}

/**
 * Checks the derivative of `fn` at `inputs`, tensors or trees of them, along a random direction, in float64: the gradient of a
 * random weighting of the outputs against central differences of fourth order, and likewise the gradient's own derivative.
 *
 * @throws Error that tells both numbers, where they differ by more than the tolerance, and the element that is most to blame.
 * @throws RangeError if there is no input; TypeError if one holds something else than tensors, or whole numbers.
 *
 * @example gradcheck(({ w, b }: Parameters) => tanh(x.matmul(w).add(b)), [{ w, b }], { key: key(1) });
 */
export function gradcheck<const Inputs extends readonly unknown[] & Tree<Inputs>>(
  fn: (...inputs: Inputs) => Tensor,
  inputs: Inputs,
  options: GradcheckOptions,
): void;
export function gradcheck(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  options: GradcheckOptions,
): void;
export function gradcheck<Inputs extends readonly unknown[]>(
  fn: (...inputs: Inputs) => Tensor,
  inputs: Inputs,
  { key, step = 1e-5, tolerance = 1e-7, order = 2 }: GradcheckOptions,
): void {
  const found = sourcesOf("gradcheck", inputs, "let the function read it from around it");
  if (found.length === 0) throw new RangeError("gradcheck: at least one input is needed to differentiate by, not 0");
  withBackend(reference64, () => {
    const leaves = found.map(({ place, tensor }) => ({ place: `inputs${place}`, tensor: mul(tensor, 1) }));
    const run = (at: readonly Tensor[]): Tensor => fn(...withLeaves(inputs, at));
    const start = leaves.map((leaf) => leaf.tensor);
    const weights = normal(fold(key, "weights"), run(start).shape);
    const weighted = (at: readonly Tensor[]): Scalar => sum(mul(run(at), weights));
    check("gradient", weighted, leaves, fold(key, "first"), step, tolerance);
    if (order === 1) return;
    const fixed = start.map(({ shape }, at) => normal(fold(fold(key, "along"), at), shape));
    const slope = (at: readonly Tensor[]): Scalar =>
      grad(weighted)(at)
        .map((gradient, leaf): Scalar => sum(mul(gradient, fixed[leaf])))
        .reduce((total, term) => add(total, term), scalar(0));
    check("second derivative", slope, leaves, fold(key, "second"), step, tolerance);
  });
}

function check(
  what: string,
  fn: (at: readonly Tensor[]) => Scalar,
  leaves: readonly Leaf[],
  key: Key,
  step: number,
  tolerance: number,
): void {
  const start = leaves.map(({ tensor }) => tensor);
  const slopes = grad(fn)(start).flatMap(({ data }) => [...data]);
  const directions = start.map(({ shape }, at) => normal(fold(key, at), shape));
  const direction = directions.flatMap(({ data }) => [...data]);
  /** The derivative along the direction's elements from one place to another, all leaves in a row, and the same by differences. */
  const compared = (from: number, to: number): Compared => {
    let exact = 0;
    for (let at = from; at < to; at++) exact += slopes[at] * direction[at];
    let before = 0;
    const along = directions.map((whole) => {
      const isPart = Array.from({ length: whole.size }, (_, at) => (at + before >= from && at + before < to ? 1 : 0));
      before += whole.size;
      return mul(whole, tensor(isPart, whole.shape));
    });
    const moved = (distance: number): number => fn(start.map((x, at) => add(x, mul(along[at], distance)))).item();
    // Of fourth order: a random direction over hundreds of inputs is long, and what a difference of two leaves would show.
    const numeric = (8 * (moved(step) - moved(-step)) - (moved(2 * step) - moved(-2 * step))) / (12 * step);
    const difference = Math.abs(exact - numeric) / Math.max(1, Math.abs(exact));
    return { exact, numeric, difference: Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference };
  };
  const whole = compared(0, slopes.length);
  if (whole.difference <= tolerance) return;
  // By halves, each time the one that is more to blame: differences for each element would take long where there are many.
  let [from, to] = [0, slopes.length];
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2);
    if (compared(from, middle).difference >= compared(middle, to).difference) to = middle;
    else from = middle;
  }
  const { numeric } = compared(from, to);
  throw new Error(
    `gradcheck: the ${what} along a random direction is ${whole.exact}, by differences ${whole.numeric}; ` +
      `by ${leaves.flatMap(elementsOf)[from]} it is ${slopes[from]}, by differences ${numeric / direction[from]}`,
  );
}

/** A derivative by its rules and by differences, and how far apart they are. */
interface Compared {
  readonly exact: number;
  readonly numeric: number;
  readonly difference: number;
}

/** Every element of a leaf, as a program would write it. */
const elementsOf = ({ place, tensor: { shape } }: Leaf): readonly string[] =>
  shape.reduce<string[]>(
    (names, size) => names.flatMap((name) => Array.from({ length: size }, (_, at) => `${name}[${at}]`)),
    [place],
  );
