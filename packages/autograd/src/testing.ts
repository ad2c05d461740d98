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
import { checkFunction, type Leaf, sourcesOf, type Tree, valueLeaves, withLeaves } from "./tree.js";

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
 * @throws RangeError if there is no input, or an option is out of its range; TypeError if an input holds something else than tensors,
 * or whole numbers, if the value has no tensor of another kind, if `fn` is no function, or if there is no key.
 *
 * @example
 * const layer = (w: Mat<3, 2>, b: Vec<2>) => tanh(ones([4, 3]).matmul(w).add(b));
 * gradcheck(layer, [zeros([3, 2]), zeros([2])], { key: key(1) });
 */
export function gradcheck<const Inputs extends readonly unknown[] & Tree<Inputs>, Y extends Tree<Y>>(
  fn: (...inputs: Inputs) => Y,
  inputs: Inputs,
  options: GradcheckOptions,
): void;
export function gradcheck<Y extends Tree<Y>>(
  fn: (...inputs: Tensor[]) => Y,
  inputs: readonly Tensor[],
  options: GradcheckOptions,
): void;
export function gradcheck<Inputs extends readonly unknown[]>(
  fn: (...inputs: Inputs) => unknown,
  inputs: Inputs,
  options: GradcheckOptions,
): void {
  checkFunction("gradcheck", fn);
  checkArguments(inputs, options);
  const { key, step = 1e-5, tolerance = 1e-7, order = 2 } = options;
  const found = sourcesOf("gradcheck", inputs, "let the function read it from around it");
  if (found.length === 0) throw new RangeError("gradcheck: at least one input is needed to differentiate by, not 0");
  withBackend(reference64, () => {
    const start = found.map(({ place, tensor }) => ({ place: `inputs${place}`, tensor: mul(tensor, 1) }));
    const at = start.map(({ tensor }) => tensor);
    // Whole numbers, such as the places that `topK` tells, have no derivative.
    const outputs = (x: readonly Tensor[]): Tensor[] =>
      valueLeaves("gradcheck", fn(...withLeaves(inputs, x))).filter(({ dtype }) => dtype !== "int32");
    const drawn = (like: readonly Tensor[], name: string): Tensor[] =>
      like.map(({ shape }, position) => normal(fold(fold(key, name), position), shape));
    const values = outputs(at);
    if (values.length === 0)
      throw new TypeError(
        "gradcheck: the function's value holds no tensor that has a derivative; nothing would be checked",
      );
    const weights = drawn(values, "weights");
    const weighted = (x: readonly Tensor[]): Scalar => dot(outputs(x), weights);
    check("gradient", weighted, start, drawn(at, "first"), step, tolerance);
    if (order === 1) return;
    const along = drawn(at, "along");
    check("second derivative", (x) => dot(grad(weighted)(x), along), start, drawn(at, "second"), step, tolerance);
  });
}

function checkArguments(inputs: unknown, options: GradcheckOptions | undefined): void {
  if (!Array.isArray(inputs)) throw new TypeError("gradcheck: the inputs must be a list: [x]");
  if (options?.key === undefined)
    throw new TypeError("gradcheck: the options name no key for the random direction; give { key: key(1) }");
  const { step = 1, tolerance = 1, order = 2 } = options;
  for (const [name, value] of Object.entries({ step, tolerance }))
    if (!(value > 0 && Number.isFinite(value)))
      throw new RangeError(`gradcheck: ${name} must be a positive number, not ${value}`);
  if (order !== 1 && order !== 2) throw new RangeError(`gradcheck: order must be 1 or 2, not ${String(order)}`);
}

const dot = (a: readonly Tensor[], b: readonly Tensor[]): Scalar =>
  a.map((left, at): Scalar => sum(mul(left, b[at]))).reduce((total, term) => add(total, term), scalar(0));

function check(
  what: string,
  fn: (x: readonly Tensor[]) => Scalar,
  start: readonly Leaf[],
  directions: readonly Tensor[],
  step: number,
  tolerance: number,
): void {
  const at = start.map(({ tensor }) => tensor);
  const slopes = grad(fn)(at).flatMap(({ data }) => [...data]);
  const direction = directions.flatMap(({ data }) => [...data]);
  /** The derivative along the direction's elements from one place to another, all leaves in a row, and the same by differences. */
  const compared = (from: number, to: number): Compared => {
    let exact = 0;
    for (let n = from; n < to; n++) exact += slopes[n] * direction[n];
    let before = 0;
    const along = directions.map((whole) => {
      const isPart = Array.from({ length: whole.size }, (_, n) => (n + before >= from && n + before < to ? 1 : 0));
      before += whole.size;
      return mul(whole, tensor(isPart, whole.shape));
    });
    const moved = (distance: number): number => fn(at.map((x, n) => add(x, mul(along[n], distance)))).item();
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
      `by ${start.flatMap(elementsOf)[from]} it is ${slopes[from]}, by differences ${numeric / direction[from]}`,
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
    (names, size) => names.flatMap((name) => Array.from({ length: size }, (_, n) => `${name}[${n}]`)),
    [place],
  );
