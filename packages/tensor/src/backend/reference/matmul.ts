import type { Layout } from "../../layout.js";
import { select } from "../../layout.js";
import type { Value, Values } from "../backend.js";

/** Rows and columns of the tile whose sums are kept in registers. */
const tile = 4;
/** Inner length that one pass covers: a panel of it, `tile` wide, stays in the first-level cache. */
const depth = 256;

let panelA = new Float64Array(0);
let panelB = new Float64Array(0);
let sums = new Float64Array(0);

const grown = (buffer: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> =>
  buffer.length >= length ? buffer : new Float64Array(length);

/** Copies `count` lines of `length` elements to panels of `tile` lines, interleaved; missing lines are zero. */
function pack(
  panel: Float64Array,
  values: Values,
  offset: number,
  count: number,
  lineStride: number,
  length: number,
  stride: number,
): void {
  for (let line = 0, to = 0; line < count; line += tile) {
    const width = Math.min(tile, count - line);
    const start = offset + line * lineStride;
    for (let k = 0, at = start; k < length; k++, at += stride, to += tile) {
      panel[to] = values[at];
      panel[to + 1] = width > 1 ? values[at + lineStride] : 0;
      panel[to + 2] = width > 2 ? values[at + 2 * lineStride] : 0;
      panel[to + 3] = width > 3 ? values[at + 3 * lineStride] : 0;
    }
  }
}

/** Adds the product of the panel of A and the panel of B at `b`, of inner length `length`, to the 4 x 4 tile of `sums` at `at`. */
function multiplyTile(b: number, length: number, at: number, stride: number): void {
  const left = panelA;
  const right = panelB;
  const out = sums;
  const at1 = at + stride;
  const at2 = at1 + stride;
  const at3 = at2 + stride;
  let c00 = out[at],
    c01 = out[at + 1],
    c02 = out[at + 2],
    c03 = out[at + 3];
  let c10 = out[at1],
    c11 = out[at1 + 1],
    c12 = out[at1 + 2],
    c13 = out[at1 + 3];
  let c20 = out[at2],
    c21 = out[at2 + 1],
    c22 = out[at2 + 2],
    c23 = out[at2 + 3];
  let c30 = out[at3],
    c31 = out[at3 + 1],
    c32 = out[at3 + 2],
    c33 = out[at3 + 3];
  for (let a = 0; a < length * tile; a += tile, b += tile) {
    const b0 = right[b],
      b1 = right[b + 1],
      b2 = right[b + 2],
      b3 = right[b + 3];
    const a0 = left[a];
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    const a1 = left[a + 1];
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
    const a2 = left[a + 2];
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
    c23 += a2 * b3;
    const a3 = left[a + 3];
    c30 += a3 * b0;
    c31 += a3 * b1;
    c32 += a3 * b2;
    c33 += a3 * b3;
  }
  out[at] = c00;
  out[at + 1] = c01;
  out[at + 2] = c02;
  out[at + 3] = c03;
  out[at1] = c10;
  out[at1 + 1] = c11;
  out[at1 + 2] = c12;
  out[at1 + 3] = c13;
  out[at2] = c20;
  out[at2 + 1] = c21;
  out[at2 + 2] = c22;
  out[at2 + 3] = c23;
  out[at3] = c30;
  out[at3 + 1] = c31;
  out[at3 + 2] = c32;
  out[at3 + 3] = c33;
}

/** One element of a product at a time, for few rows or columns, where tiles would be mostly padding; adds in the same order. */
function dots(a: Values, aAt: Layout, b: Values, bAt: Layout, output: Values, start: number): void {
  const [m, k] = aAt.shape;
  const n = bAt.shape[1];
  const [aRow, aStep] = aAt.strides;
  const [bStep, bColumn] = bAt.strides;
  for (let row = 0, to = start; row < m; row++)
    for (let column = 0; column < n; column++, to++) {
      let at = aAt.offset + row * aRow;
      let other = bAt.offset + column * bColumn;
      let total = 0;
      for (let i = 0; i < k; i++, at += aStep, other += bStep) total += a[at] * b[other];
      output[to] = total;
    }
}

/** Rounds rows of `n` sums, `stride` apart, into an output where they stand one behind the other. */
function round(from: number, stride: number, output: Values, to: number, rows: number, n: number): void {
  const source = sums;
  for (let row = 0; row < rows; row++, from += stride)
    for (let column = 0; column < n; column++) output[to++] = source[from + column];
}

/** One product `[m, k] x [k, n]`, summed over k in order in double precision, rounded once, to `output` from `start`. */
function product(a: Values, aAt: Layout, b: Values, bAt: Layout, output: Values, start: number): void {
  const m = aAt.shape[0];
  const n = bAt.shape[1];
  if (m < tile || n < tile) dots(a, aAt, b, bAt, output, start);
  else tiled(a, aAt, b, bAt, output, start);
}

function tiled(a: Values, aAt: Layout, b: Values, bAt: Layout, output: Values, start: number): void {
  const [m, k] = aAt.shape;
  const n = bAt.shape[1];
  const stride = Math.ceil(n / tile) * tile;
  const rows = Math.ceil(m / tile) * tile;
  // In a single pass the sums of four rows are rounded at once; otherwise all of them wait for the last pass.
  const single = k <= depth;
  panelA = grown(panelA, tile * depth);
  panelB = grown(panelB, stride * depth);
  sums = grown(sums, single ? tile * stride : rows * stride);
  sums.fill(0, 0, single ? 0 : rows * stride);
  for (let from = 0; from === 0 || from < k; from += depth) {
    const length = Math.min(depth, k - from);
    pack(panelB, b, bAt.offset + from * bAt.strides[0], n, bAt.strides[1], length, bAt.strides[0]);
    for (let row = 0; row < m; row += tile) {
      const count = Math.min(tile, m - row);
      const at = single ? 0 : row * stride;
      if (single) sums.fill(0, 0, tile * stride);
      const first = aAt.offset + row * aAt.strides[0] + from * aAt.strides[1];
      pack(panelA, a, first, count, aAt.strides[0], length, aAt.strides[1]);
      for (let column = 0; column < n; column += tile) multiplyTile(column * length, length, at + column, stride);
      if (from + depth >= k) round(at, stride, output, start + row * n, count, n);
    }
  }
}

/** A batch of products; leading axes of the operands are equal. */
export function multiply(a: Value, b: Value, output: Values, start = 0): number {
  const multiplyAt = (aAt: Layout, bAt: Layout, to: number): number => {
    if (aAt.shape.length > 2) {
      for (let index = 0, next = to; ; index++) {
        if (index === aAt.shape[0]) return next;
        next = multiplyAt(select(aAt, 0, index), select(bAt, 0, index), next);
      }
    }
    product(a.storage.values, aAt, b.storage.values, bAt, output, to);
    return to + aAt.shape[0] * bAt.shape[1];
  };
  return multiplyAt(a.layout, b.layout, start);
}
