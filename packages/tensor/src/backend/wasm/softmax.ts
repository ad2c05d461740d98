import { sizeOf } from "../../shape.js";
import type { LinearKernels, Value } from "../backend.js";
import type { Storage } from "../storage.js";
import { buildSoftmaxColumns, buildSoftmaxRows, columnsOfChunk } from "./softmax-kernels.js";

/** Elements that are worth a hand-over to another thread. */
const elementsOfChunk = 8192;

/** `softmax` along one axis; none is empty. */
export function softmaxAlong({ machine, block, inOrder }: LinearKernels, x: Value, axis: number): Storage {
  const { shape } = x.layout;
  const output = block(sizeOf(shape));
  const to = output.addressIn(machine.memory);
  softmaxOf({ machine, from: inOrder(x), to, shape, axis });
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
    softmaxOf({ machine, from, to, shape: [count, ...shape.slice(1)], axis: 0 });
    from += count * rowBytes;
    to += count * rowBytes;
  }
  return output;
}

interface Run {
  readonly machine: LinearKernels["machine"];
  readonly from: number;
  readonly to: number;
  readonly shape: readonly number[];
  readonly axis: number;
}

function softmaxOf({ machine, from, to, shape, axis }: Run): void {
  const [outer, length, inner] = [shape.slice(0, axis), [shape[axis]], shape.slice(axis + 1)].map(sizeOf);
  if (outer * length * inner === 0) return;
  if (inner === 1) {
    const perChunk = Math.max(1, Math.ceil(elementsOfChunk / length));
    const words = [outer, length, perChunk, from, to];
    machine.launch(machine.kernel("softmax rows", buildSoftmaxRows), words, Math.ceil(outer / perChunk));
  } else {
    const perMatrix = Math.ceil(inner / columnsOfChunk);
    const words = [outer, length, inner, perMatrix, from, to];
    machine.launch(machine.kernel("softmax columns", buildSoftmaxColumns), words, outer * perMatrix);
  }
}
