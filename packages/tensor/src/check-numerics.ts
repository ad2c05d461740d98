import type { Call } from "./op.js";
import { checkSynchronous } from "./scope.js";
import { formatShape } from "./shape.js";
import type { Tensor } from "./tensor.js";
import { type Tracer, traced } from "./tracer.js";

/** The first operation that made a NaN or an infinity, and what it was given. */
export class NumericsError extends Error {
  override readonly name = "NumericsError";

  constructor(
    readonly operation: string,
    /** NaN or an infinity. */
    readonly value: number,
    /** Where in the output it stands. */
    readonly position: readonly number[],
    readonly operands: readonly Tensor[],
    output: Tensor,
  ) {
    super(
      `${operation} made ${value} at ${formatShape(position)} of ${formatShape(output.shape)}, from ` +
        (operands.map((operand) => described(operand, position, output)).join(" and ") || "nothing"),
    );
  }
}

/** An operand's value at the place that broadcasting gives it, or how far its values reach. */
function described(operand: Tensor, position: readonly number[], output: Tensor): string {
  const shape = formatShape(operand.shape);
  const skipped = output.rank - operand.rank;
  const isAligned =
    skipped >= 0 && operand.shape.every((size, axis) => size === 1 || size === output.shape[axis + skipped]);
  const { data } = operand;
  if (!isAligned || data.length === 0) return `${shape} from ${extreme(data, Math.min)} to ${extreme(data, Math.max)}`;
  let at = 0;
  for (const [axis, size] of operand.shape.entries()) at = at * size + (size === 1 ? 0 : position[axis + skipped]);
  return operand.rank === 0 ? `${data[at]}` : `${data[at]} (of ${shape})`;
}

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
 * Runs a function and stops at the first operation that makes a NaN or an infinity of operands that have none: forwards, and in
 * derivatives backwards too. It reads every result, and is for the search alone.
 *
 * @throws NumericsError that names the operation, the place and the operands; TypeError if the function is asynchronous.
 *
 * @example checkNumerics(() => log(tensor([1, 0]))); // NumericsError: log made -Infinity at [1] of [2], from 0 (of [2])
 */
export function checkNumerics<Result>(
  fn: () => Result,
  { allowInfinities = false }: CheckNumericsOptions = {},
): Result {
  const observer: Tracer = {
    isObserver: true,
    follows: () => true,
    note: <Attributes>({ op, inputs, outputs }: Call<Attributes>) => {
      const given = inputs.map(({ data }) => data);
      for (const output of outputs) {
        const at = firstMade(output.data, given, allowInfinities);
        if (at < 0) continue;
        throw new NumericsError(op.name, output.data[at], positionOf(at, output.shape), inputs, output);
      }
    },
  };
  const result = traced(observer, fn);
  checkSynchronous("checkNumerics", result);
  return result;
}

/** Where the first value stands that is no number, of operands that are; -1 for none. */
function firstMade(data: Tensor["data"], given: readonly Tensor["data"][], allowInfinities: boolean): number {
  const isBad = (value: number): boolean => Number.isNaN(value) || (!allowInfinities && !Number.isFinite(value));
  const at = data.findIndex(isBad);
  return at >= 0 && given.some((values) => values.some(isBad)) ? -1 : at;
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
