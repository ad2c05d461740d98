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

/** Copies the elements of a value, in row-major order, into `target` from `start` on. */
export function copyInto(target: Values, start: number, { storage, layout }: Value): void {
  const { values } = storage;
  eachRow(layout, (at, step, length, index) => {
    const to = start + index;
    if (step === 1 && length > 16) target.set(values.subarray(at, at + length), to);
    else for (let i = 0; i < length; i++) target[to + i] = values[at + i * step];
  });
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
  copyInto(copy, 0, value);
  return copy;
}
