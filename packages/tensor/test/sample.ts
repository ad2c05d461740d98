import { broadcastShapes, type Shape, Tensor } from "../src/index.js";
import { at, build, type Naive } from "./naive.js";

/** Where the values of an input lie: the element that a draw from [0, 1) stands for, at a position among `count`. */
export type Domain = (draw: number, position: number, count: number) => number;

/** -2 to 2. */
export const ordinary: Domain = (draw) => 4 * draw - 2;
/** 0.5 to 2.5. */
export const positive: Domain = (draw) => 0.5 + 2 * draw;
/** 0.25 to 2.25 on either side of 0. */
export const apartFromZero: Domain = (draw) => (draw < 0.5 ? -0.25 - 4 * draw : 0.25 + 4 * (draw - 0.5));
/** -0.75 to 0.75. */
export const small: Domain = (draw) => 1.5 * draw - 0.75;
/** 0.2 to 0.8 above a whole number from -3 to 2. */
export const betweenWholes: Domain = (draw) => Math.floor(6 * draw) - 3 + 0.2 + 0.6 * ((6 * draw) % 1);
/**
 * -2 to 2, all different, and not by little: no two tie, or change places over a small step. Each has a slot of its own,
 * in no order (89 is prime, and divides no count that is drawn here), and lies in the lower half of it.
 */
export const apart: Domain = (draw, position, count) => (4 * (((position * 89 + 3) % count) + draw / 2)) / count - 2;
/** -1, 0 or 1: ties are frequent. */
export const wholes: Domain = (draw) => Math.floor(3 * draw) - 1;
/** 0 or 1. */
export const mask: Domain = (draw) => (draw < 0.5 ? 0 : 1);

/** One input of a sample. */
export interface Input {
  readonly shape: Shape;
  readonly domain: Domain;
  /** Not differentiated: a mask, or a point where a derivative is a convention. */
  readonly fixed?: true;
}

/** An operation at inputs of certain shapes: all that generic suites need to run it. */
export interface Sample {
  readonly about: string;
  readonly inputs: readonly Input[];
  readonly run: (...inputs: readonly Tensor[]) => Tensor | readonly Tensor[];
  /** The same by the obvious definition. */
  readonly expected: (...inputs: readonly Naive[]) => Naive | readonly Naive[];
  /** Whether the definition holds at both zeros, both infinities and NaN as well. */
  readonly everywhere?: true;
}

/** Lengths of axes, drawn by the suites: 0 to 4. */
export interface Sizes {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** The samples of one operation, for drawn lengths of axes. */
export type Samples = (sizes: Sizes) => readonly Sample[];

/** Samples by the name under which an operation is exported. */
export type SampleTable = Readonly<Record<string, Samples>>;

/** The outputs of a sample as a list. */
export const listed = <T>(outputs: T | readonly T[], isOne: (value: T | readonly T[]) => value is T): readonly T[] =>
  isOne(outputs) ? [outputs] : outputs;

/** Whether this is one tensor, not several. */
export const isTensor = (value: Tensor | readonly Tensor[]): value is Tensor => value instanceof Tensor;

/** Whether this is one array, not several. */
export const isNaive = (value: Naive | readonly Naive[]): value is Naive => !Array.isArray(value);

/** The sample without what differentiates it: for points where a derivative is a convention, or there is none. */
export const fixed = (sample: Sample): Sample => ({
  ...sample,
  about: `${sample.about}, not differentiated`,
  inputs: sample.inputs.map((input) => ({ ...input, fixed: true })),
});

/** A function of numbers, element by element over broadcast arrays. */
export const elementByElement =
  (fn: (...values: number[]) => number) =>
  (...inputs: readonly Naive[]): Naive =>
    build(
      broadcastShapes(
        "sample",
        inputs.map(({ shape }) => shape),
      ),
      (index) => fn(...inputs.map((input) => at(input, index))),
    );

/** The samples of an elementwise operation: equal shapes, broadcast operands, no axes. */
export function pointwise(
  run: (...inputs: Tensor[]) => Tensor,
  fn: (...values: number[]) => number,
  domains: readonly Domain[],
): Samples {
  const expected = elementByElement(fn);
  const sample = (about: string, shapes: readonly Shape[]): Sample => ({
    about,
    inputs: domains.map((domain, position) => ({ shape: shapes[position % shapes.length], domain })),
    run: (...inputs) => run(...inputs),
    expected,
    everywhere: true,
  });
  return ({ m, n, k }) => [
    sample("equal shapes", [[m, n]]),
    sample("no axes", [[]]),
    ...(domains.length === 1
      ? [sample("three axes", [[k, m, n]])]
      : [sample("broadcast", [[m, n, k], [k], [n, 1]]), sample("broadcast rows", [[m, n], [], [1, n], [m, 1]])]),
  ];
}
