import type { LinearKernels, Value } from "../../backend.js";
import type { Storage } from "../../storage.js";
import { matrixAt, multiplyMatrices, transposedAt, withPacked } from "../gemm/gemm.js";
import { sumShares } from "../reduce.js";
import { arranged } from "../words.js";
import { backwardScratch, backwardWords, buildBackward, partialFloats } from "./backward-kernel.js";

/** Multiply-adds that are worth a hand-over to another thread. */
const workOfChunk = 600_000;
/** Chunks at most: each has a share of the weight's gradient that is to be added. */
const mostChunks = 24;

/** `linear` (see there): rows times a weight, a bias added, and what is not positive times the slope. */
export function linearForward(
  { machine, block, inOrder }: LinearKernels,
  x: Value,
  weight: Value,
  bias: Value,
  slope: number,
): Storage {
  const [rows, inputs] = x.layout.shape;
  const [outputs] = weight.layout.shape;
  const output = block(rows * outputs);
  if (rows * outputs === 0) return output;
  const [from, w, b] = [x, weight, bias].map(inOrder);
  const to = output.addressIn(machine.memory);
  multiplyMatrices(machine, matrixAt(from, inputs), transposedAt(w, inputs), to, rows, outputs, inputs, {
    bias: b,
    slope: machine.floatBits(slope),
  });
  return output;
}

/** The gradients of weight and bias; then of x, if `reachesInputs`. */
export function linearBackward(
  { machine, block, inOrder }: LinearKernels,
  received: Value,
  result: Value,
  x: Value,
  weight: Value,
  slope: number,
  reachesInputs: boolean,
): readonly Storage[] {
  const [rows, inputs] = x.layout.shape;
  const [outputs] = weight.layout.shape;
  const sizes = [outputs * inputs, outputs, ...(reachesInputs ? [rows * inputs] : [])];
  const made = sizes.map(block);
  const [toWeight, toBias, toX = 0] = made.map((storage) => storage.addressIn(machine.memory));
  const wanted = Math.min(mostChunks, Math.ceil((rows * inputs * outputs) / workOfChunk));
  const perChunk = Math.ceil(rows / Math.max(1, wanted));
  const chunks = rows === 0 ? 0 : Math.ceil(rows / perChunk);
  const floats = partialFloats(inputs, outputs);
  const given = {
    received: inOrder(received),
    result: inOrder(result),
    x: inOrder(x),
  };
  const from = inOrder(weight);
  machine.memory.within(4 * floats * chunks, (partial) =>
    withPacked(machine, matrixAt(from, inputs), outputs, inputs, (packed) => {
      const scratch = machine.scratch(backwardScratch(inputs, outputs));
      const words = arranged(backwardWords, {
        ...given,
        rows,
        inputs,
        outputs,
        rowsOfChunk: perChunk,
        slope: machine.floatBits(slope),
        weight: packed.address,
        weightRow: packed.rowBytes,
        toX,
        partial,
        partialStride: 4 * floats,
        scratch: scratch.address,
        scratchStride: scratch.stride,
      });
      if (chunks > 0) machine.launch(machine.kernel("linear.vjp", buildBackward), words, chunks);
      const shares = { address: partial, chunks, floats };
      sumShares(machine, shares, 0, outputs * inputs, toWeight);
      sumShares(machine, shares, outputs * inputs, outputs, toBias);
    }),
  );
  return made;
}
