import type { Backend, Value } from "../backend/backend.js";
import { type Subtract, subtractionOn } from "../backend/subtract.js";
import { subtraction } from "../backend/wasm/subtract.js";
import { sizeOf } from "../shape.js";
import { elements } from "./lanes.js";

/** Numbers in double precision, and the step in which all time goes that is spent on them. */
export interface Doubles {
  readonly values: Float64Array;
  /** Takes the product of two matrices among the values from a third, to the same bits wherever they are. */
  readonly subtract: Subtract;
}

/** Doubles on the heap. */
export const doublesOnHeap = (length: number): Doubles => {
  const values = new Float64Array(length);
  return { values, subtract: subtractionOn(values) };
};

/**
 * Runs `fn` with the elements of some values, one behind the other, where the kernels can work on them: in their memory,
 * which they lose after. Nothing else may be allocated there meanwhile.
 */
export function withDoubles<Result>(
  { linear }: Backend,
  inputs: readonly Value[],
  fn: (doubles: Doubles) => Result,
): Result {
  const length = inputs.reduce((total, { layout }) => total + sizeOf(layout.shape), 0);
  const filled = (doubles: Doubles): Doubles => {
    let start = 0;
    for (const input of inputs) {
      doubles.values.set(elements(input), start);
      start += sizeOf(input.layout.shape);
    }
    return doubles;
  };
  if (!linear) return fn(filled(doublesOnHeap(length)));
  const { memory } = linear.machine;
  const subtractAt = subtraction(linear.machine);
  return memory.within(8 * length, (address) =>
    fn(filled({ values: new Float64Array(memory.memory.buffer, address, length), subtract: subtractAt(address) })),
  );
}
