import type { Call } from "./op.js";
import { checkFunction } from "./operand.js";
import { checkSynchronous, keep } from "./scope.js";
import { formatShape } from "./shape.js";
import type { Tensor } from "./tensor.js";
import { type Tracer, traced } from "./tracer.js";

/** The first operation that made a NaN or an infinity, and what it was given. */
export class NumericsError extends Error {
  override readonly name = "NumericsError";

  constructor(
    message: string,
    readonly operation: string,
    /** NaN or an infinity. */
    readonly value: number,
    /** Where in the output it stands. */
    readonly position: readonly number[],
    /** Copies of what it was given, which outlive every scope. */
    readonly operands: readonly Tensor[],
  ) {
    super(message);
  }
}

/** An operand's value at the place that broadcasting gives it. */
function element(operand: Tensor, position: readonly number[]): string {
  const skipped = position.length - operand.rank;
  let at = 0;
  for (const [axis, size] of operand.shape.entries()) at = at * size + (size === 1 ? 0 : position[axis + skipped]);
  const value = operand.data[at];
  return operand.rank === 0 ? `${value}` : `${value} (of ${formatShape(operand.shape)})`;
}

/** How far the values of an operand reach. */
const range = ({ shape, data }: Tensor): string =>
  `${formatShape(shape)} from ${extreme(data, Math.min)} to ${extreme(data, Math.max)}`;

const extreme = (data: Tensor["data"], pick: (a: number, b: number) => number): number => {
  let found = data[0] ?? Number.NaN;
  for (const value of data) found = pick(found, value);
  return found;
};

/** What `checkNumerics` lets pass. */
export interface CheckNumericsOptions {
  /** Whether infinities are right, as where minus infinity masks; default false. */
  readonly allowInfinities?: boolean;
}

/**
 * Runs a function and stops at the first operation that makes a NaN of operands that hold none, or an infinity of operands that
 * are all finite: forwards, and in derivatives backwards too. It reads every result, and is for the search alone.
 *
 * @throws NumericsError that names the operation, the place and the operands; TypeError if it is no function, or asynchronous.
 *
 * @example checkNumerics(() => log(tensor([1, 0]))); // NumericsError: log made -Infinity at [1] of [2], from 0 (of [2])
 */
export function checkNumerics<Result>(
  fn: () => Result,
  { allowInfinities = false }: CheckNumericsOptions = {},
): Result {
  checkFunction("checkNumerics", fn);
  const observer: Tracer = {
    isObserver: true,
    follows: () => true,
    note: <Attributes>({ op, inputs, outputs }: Call<Attributes>) => {
      const given = inputs.map(({ data }) => data);
      for (const output of outputs) {
        const at = firstMade(output.data, given, allowInfinities);
        if (at < 0) continue;
        const position = positionOf(at, output.shape);
        // Only where each element comes of those at its own place can one of an operand be blamed.
        const from = inputs.map((operand) => ("program" in op ? element(operand, position) : range(operand)));
        throw new NumericsError(
          `${op.name} made ${output.data[at]} at ${formatShape(position)} of ${formatShape(output.shape)}, from ${from.join(" and ") || "nothing"}`,
          op.name,
          output.data[at],
          position,
          inputs.map(keep),
        );
      }
    },
  };
  const result = traced(observer, fn);
  checkSynchronous("checkNumerics", result);
  return result;
}

/** Where the first value stands that is no number and comes of operands that explain none such; -1 for none. */
function firstMade(data: Tensor["data"], given: readonly Tensor["data"][], allowInfinities: boolean): number {
  const isNotFinite = (value: number): boolean => !Number.isFinite(value);
  const first = data.findIndex(isNotFinite);
  if (first < 0 || given.some((values) => values.some(Number.isNaN))) return -1;
  const mayBeInfinite = allowInfinities || given.some((values) => values.some(isNotFinite));
  return mayBeInfinite ? data.findIndex(Number.isNaN) : first;
}

function positionOf(at: number, shape: readonly number[]): number[] {
  const position: number[] = [];
  let rest = at;
  for (const size of [...shape].reverse()) {
    position.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return position;
}
