import type { Value, Values } from "./backend/backend.js";
import { collapse, type Layout } from "./layout.js";
import { sizeOf } from "./shape.js";

/**
 * Calls `row` for every innermost run of a layout, in row-major order: `length` elements from `at`, `step` apart, the
 * first of which is element number `index` of the tensor.
 */
export function eachRow(layout: Layout, row: (at: number, step: number, length: number, index: number) => void): void {
  if (sizeOf(layout.shape) === 0) return;
  const { shape, strides, offset } = collapse(layout);
  const inner = shape.length - 1;
  const length = inner < 0 ? 1 : shape[inner];
  const step = inner < 0 ? 1 : strides[inner];
  const counter = new Array<number>(Math.max(inner, 0)).fill(0);
  for (let at = offset, index = 0; ; index += length) {
    row(at, step, length, index);
    let axis = inner - 1;
    for (; axis >= 0; axis--) {
      at += strides[axis];
      if (++counter[axis] < shape[axis]) break;
      at -= counter[axis] * strides[axis];
      counter[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** From this many neighbours on, the engine's own copy is faster than a loop. */
const longRun = 48;

function copyRun(target: Values, to: number, toStep: number, source: Values, from: number, step: number, n: number) {
  if (step === 1 && toStep === 1 && n >= longRun) target.set(source.subarray(from, from + n), to);
  else for (let i = 0; i < n; i++) target[to + i * toStep] = source[from + i * step];
}

/** The elements of a value in row-major order, copied. */
export function gathered(value: Value): Values {
  const { values } = value.storage;
  const length = sizeOf(value.layout.shape);
  const copy =
    values instanceof Float32Array
      ? new Float32Array(length)
      : values instanceof Float64Array
        ? new Float64Array(length)
        : new Int32Array(length);
  eachRow(value.layout, (at, step, count, index) => copyRun(copy, index, 1, values, at, step, count));
  return copy;
}

/** Writes the elements of `source` to the places of `target`, of the same shape; the two may share memory. */
export function copyElements(target: Value, source: Value): void {
  const { values } = target.storage;
  const copy = gathered(source);
  eachRow(target.layout, (at, step, count, index) => copyRun(values, at, step, copy, index, 1, count));
}
