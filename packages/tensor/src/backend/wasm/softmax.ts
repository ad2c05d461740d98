import { sizeOf } from "../../shape.js";
import type { LinearKernels, Value } from "../backend.js";
import type { Storage } from "../storage.js";
import { buildSoftmaxColumns, columnsOfChunk } from "./softmax-columns.js";
import { buildSoftmaxRows, type SoftmaxKind } from "./softmax-rows.js";

/** Elements that are worth a hand-over to another thread. */
const elementsOfChunk = 8192;

/** `softmax`, or what else `kind` says, along one axis, which is not empty; `length` is the size of the result. */
export function softmaxAlong(
  { machine, block, inOrder }: LinearKernels,
  kind: SoftmaxKind,
  x: Value,
  axis: number,
  length: number,
): Storage {
  const output = block(length);
  const to = output.addressIn(machine.memory);
  softmaxOf({ machine, kind, from: inOrder(x), to, shape: x.layout.shape, axis });
  return output;
}

/** `softmax` along the first axis in each of several runs of rows. */
export function softmaxOfSegments(
  { machine, block, inOrder }: LinearKernels,
  x: Value,
  rows: readonly number[],
): Storage {
  const { shape } = x.layout;
  const output = block(sizeOf(shape));
  const rowBytes = 4 * sizeOf(shape.slice(1));
  let from = inOrder(x);
  let to = output.addressIn(machine.memory);
  for (const count of rows) {
    softmaxOf({ machine, kind: "softmax", from, to, shape: [count, ...shape.slice(1)], axis: 0 });
    from += count * rowBytes;
    to += count * rowBytes;
  }
  return output;
}

interface Run {
  readonly machine: LinearKernels["machine"];
  readonly kind: SoftmaxKind;
  readonly from: number;
  readonly to: number;
  readonly shape: readonly number[];
  readonly axis: number;
}

function softmaxOf({ machine, kind, from, to, shape, axis }: Run): void {
  const [outer, length, inner] = [shape.slice(0, axis), [shape[axis]], shape.slice(axis + 1)].map(sizeOf);
  if (outer * length * inner === 0) return;
  if (inner === 1) {
    const perChunk = Math.max(1, Math.ceil(elementsOfChunk / length));
    const words = [outer, length, perChunk, from, to];
    const kernel = machine.kernel(`${kind} rows`, (target, builder) => buildSoftmaxRows(target, builder, kind));
    machine.launch(kernel, words, Math.ceil(outer / perChunk));
  } else {
    const perMatrix = Math.ceil(inner / columnsOfChunk);
    const words = [outer, length, inner, perMatrix, from, to];
    const kernel = machine.kernel(`${kind} columns`, (target, builder) => buildSoftmaxColumns(target, builder, kind));
    machine.launch(kernel, words, outer * perMatrix);
  }
}
