import { contiguous, type Layout, select } from "../../../layout.js";
import { sizeOf } from "../../../shape.js";
import { copyElements } from "../copy.js";
import type { Machine } from "../machine.js";
import type { Placed } from "../placed.js";
import { isSmall, multiplySmall } from "./batch.js";
import { type Matrix, multiplyMatrices } from "./gemm.js";

/** The matrices with rows or columns one behind the other, as packing needs them: copied where they have neither. */
function withRows(machine: Machine, value: Placed, fn: (value: Placed) => void): void {
  const { address, dtype, layout } = value;
  const [row, column] = layout.strides.slice(-2);
  const [rows, columns] = layout.shape.slice(-2);
  if (column === 1 || row === 1 || rows === 1 || columns === 1) {
    fn(value);
    return;
  }
  machine.memory.within(4 * sizeOf(layout.shape), (place) => {
    const copy: Placed = { address: place, dtype, layout: contiguous(layout.shape) };
    copyElements(machine, copy, { address, dtype, layout });
    fn(copy);
  });
}

const matrixOf = (address: number, { offset, shape, strides }: Layout): Matrix => ({
  address: address + 4 * offset,
  row: 4 * strides[0],
  // The stride of an axis of length 1 may be anything; packing knows two kinds.
  column: shape[1] === 1 ? 4 : 4 * strides[1],
});

function multiplyBatch(machine: Machine, a: Placed, b: Placed, output: number): void {
  const [m, k] = a.layout.shape.slice(-2);
  const n = b.layout.shape[b.layout.shape.length - 1];
  const multiplyAt = (left: Layout, right: Layout, to: number): void => {
    const [count] = left.shape;
    const axes = left.shape.length;
    if (axes === 2) multiplyMatrices(machine, matrixOf(a.address, left), matrixOf(b.address, right), to, m, n, k);
    else if (axes === 3 && count > 1 && isSmall(m, n, k))
      multiplySmall(machine, { address: a.address, layout: left }, { address: b.address, layout: right }, to);
    else
      for (let index = 0; index < count; index++) {
        const size = sizeOf(left.shape.slice(1, -1)) * n;
        multiplyAt(select(left, 0, index), select(right, 0, index), to + 4 * index * size);
      }
  };
  multiplyAt(a.layout, b.layout, output);
}

/** `[..., m, k] x [..., k, n]` to row-major `output`; leading axes equal, strides of any kind. */
export function multiply(machine: Machine, a: Placed, b: Placed, output: number): void {
  const { shape } = a.layout;
  const k = shape[shape.length - 1];
  const results = sizeOf(shape.slice(0, -1)) * b.layout.shape[shape.length - 1];
  if (results === 0) return;
  if (k === 0) {
    machine.memory.f32.fill(0, output / 4, output / 4 + results);
    return;
  }
  withRows(machine, b, (right) => multiplyBatch(machine, a, right, output));
}
