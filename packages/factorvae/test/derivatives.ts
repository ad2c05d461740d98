import {
  add,
  assign,
  fold,
  gradcheck,
  type Key,
  mul,
  normal,
  reference64,
  type Scalar,
  sum,
  type Tensor,
  traced,
  valueAndGrad,
  withBackend,
} from "@factorvae/autograd";
import { parameters } from "@factorvae/nn";
import fc from "fast-check";
import { expect } from "vitest";
import { weighed } from "../src/model/model.samples.js";

/** Largest difference that passes, over the larger of 1 and the derivative's size. */
const tolerance = 1e-7;
/** How near a kink may be: no step along a random direction moves anything by as much. */
const margin = 1e-3;
/** How far the slopes of two steps may differ: where they do more, a function bends too sharply for differences. */
const bend = 1e-5;

const smallest = (values: Iterable<number>): number => Math.min(Number.POSITIVE_INFINITY, ...values);

/** How far an operation's inputs are from where it has no derivative; for those that have such places. */
const distances: Readonly<Record<string, (inputs: readonly Tensor[]) => number>> = {
  leakyRelu: ([x]) => smallest(Array.from(x.data, Math.abs)),
  maximum: ([x, floor]) => smallest(Array.from(x.data, (value) => Math.abs(value - floor.item()))),
  positiveCosine: ([product]) => smallest(Array.from(product.data, Math.abs)),
};

/** The least distance from a kink of all operations that run in `fn`. */
function distanceFromKinks(fn: () => unknown): number {
  let nearest = Number.POSITIVE_INFINITY;
  const tracer: Parameters<typeof traced>[0] = {
    follows: () => true,
    note: ({ op, inputs }) => {
      nearest = Math.min(nearest, distances[op.name]?.(inputs) ?? nearest);
    },
  };
  traced(tracer, fn);
  return nearest;
}

const dot = (a: readonly Tensor[], b: readonly Tensor[]): Scalar =>
  a.map((left, at) => sum(mul(left, b[at]))).reduce((whole, term) => add(whole, term));

const directionOf = (from: Key, tensors: readonly Tensor[]): Tensor[] =>
  tensors.map(({ shape }, at) => normal(fold(from, at), shape));

/** The central difference, of fourth order, of a function of tensors, which are moved in place and put back. */
function difference(fn: () => number, moved: readonly Tensor[], direction: readonly Tensor[]): number {
  const before = moved.map((x) => add(x, 0));
  const at = (distance: number): number => {
    moved.forEach((x, position) => {
      assign(x, add(before[position], mul(direction[position], distance)));
    });
    return fn();
  };
  const step = 2e-5;
  const coarse = (at(2 * step) - at(-2 * step)) / (4 * step);
  const fine = (at(step) - at(-step)) / (2 * step);
  moved.forEach((x, position) => {
    assign(x, before[position]);
  });
  fc.pre(Math.abs(fine - coarse) <= bend * Math.max(1, Math.abs(fine)));
  return (4 * fine - coarse) / 3;
}

function expectSame(what: string, exact: number, numeric: number, value: number): void {
  const error = Math.abs(exact - numeric) / Math.max(1, Math.abs(exact), Math.abs(value));
  expect(error, `${what}: ${exact}, by differences ${numeric}`).toBeLessThanOrEqual(tolerance);
}

/**
 * Checks the gradient of a scalar by tensors that it reads (a module's parameters), and the gradient's own derivative,
 * along random directions against central differences. What `gradcheck` does for inputs, parameters need in place:
 * a module holds them, and no function takes them.
 */
function checkInPlace(loss: () => Scalar, tensors: readonly Tensor[], from: Key): void {
  const [along, across] = [directionOf(fold(from, "along"), tensors), directionOf(fold(from, "across"), tensors)];
  const slope = (): Scalar => dot(valueAndGrad(loss, tensors).grads, along);
  expectSame(
    "gradient",
    slope().item(),
    difference(() => loss().item(), tensors, along),
    loss().item(),
  );
  const curvature = dot(valueAndGrad(slope, tensors).grads, across).item();
  expectSame(
    "second derivative",
    curvature,
    difference(() => slope().item(), tensors, across),
    slope().item(),
  );
}

/**
 * Checks a module in float64, by its inputs (`gradcheck`) and by parameters and inputs together, mixed second
 * derivatives included. Draws within reach of a kink (a LeakyReLU, a cosine or a floor at its threshold) are redrawn:
 * there a central difference measures the mean of two slopes. `step` is the distance of the differences: what solves a
 * badly conditioned system loses digits that a short one makes large.
 */
export function checkModule(
  from: Key,
  prepare: () => {
    readonly module: object;
    readonly inputs: readonly Tensor[];
    readonly run: (...inputs: Tensor[]) => readonly Tensor[];
  },
  step = 2e-6,
): void {
  withBackend(reference64, () => {
    const { module, inputs, run } = prepare();
    fc.pre(distanceFromKinks(() => run(...inputs)) > margin);
    const scalar = (...at: Tensor[]): Scalar => weighed(fold(from, "weights"), ...run(...at));
    const own = inputs.map((input) => add(input, 0));
    checkInPlace(() => scalar(...own), [...parameters(module), ...own], from);
    gradcheck(scalar, inputs, { key: fold(from, "gradcheck"), step, tolerance });
  });
}
