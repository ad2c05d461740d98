import type { LinearKernels, Value } from "../../backend.js";
import type { Storage } from "../../storage.js";
import { matrixAt, transposedAt, withPacked } from "../gemm/gemm.js";
import { sumShares } from "../reduce.js";
import { arranged } from "../words.js";
import { backwardWords, buildBackward, buildForward, forwardWords, quadraticScratch } from "./kernels.js";

/** Bytes of a block's pairs: they stay in the second cache. */
const blockBytes = 2 ** 19;
/** Multiply-adds that are worth a hand-over to another thread. */
const workOfChunk = 600_000;
/** Chunks of the way back: each has a share of the coefficients' gradient that is to be added. */
const mostChunks = 8;

/** Rows of a block: whole tiles of products. */
const rowsOfBlock = (pairs: number): number => Math.max(12, Math.min(240, 12 * Math.floor(blockBytes / (48 * pairs))));

interface Sizes {
  readonly rows: number;
  readonly columns: number;
  readonly pairs: number;
  readonly forms: number;
}

const sizesOf = (x: Value, coefficients: Value): Sizes => {
  const [rows, columns] = x.layout.shape;
  const [pairs, forms] = coefficients.layout.shape;
  return { rows, columns, pairs, forms };
};

/** `quadraticForms` (see there); no size is 0. */
export function quadraticForward({ machine, block, inOrder }: LinearKernels, x: Value, coefficients: Value): Storage {
  const sizes = sizesOf(x, coefficients);
  const { rows, columns, pairs, forms } = sizes;
  const output = block(rows * forms);
  const most = rowsOfBlock(pairs);
  const perChunk = Math.min(most, Math.max(24, Math.ceil(workOfChunk / (pairs * forms))));
  const [from, given] = [x, coefficients].map(inOrder);
  withPacked(machine, matrixAt(given, forms), pairs, forms, (packed) => {
    const scratch = machine.scratch(quadraticScratch(columns, pairs, most));
    const words = arranged(forwardWords, {
      ...sizes,
      rowsOfChunk: perChunk,
      rowsOfBlock: most,
      scratch: scratch.address,
      scratchStride: scratch.stride,
      x: from,
      coefficients: packed.address,
      coefficientsRow: packed.rowBytes,
      result: output.addressIn(machine.memory),
    });
    machine.launch(machine.kernel("quadratic", buildForward), words, Math.ceil(rows / perChunk));
  });
  return output;
}

/** The gradients of x and of the coefficients, where they are wanted; no size is 0. */
export function quadraticBackward(
  { machine, block, inOrder }: LinearKernels,
  received: Value,
  x: Value,
  coefficients: Value,
  [wantsX, wantsCoefficients]: readonly [boolean, boolean],
): readonly Storage[] {
  const sizes = sizesOf(x, coefficients);
  const { rows, columns, pairs, forms } = sizes;
  const toX = wantsX ? block(rows * columns) : undefined;
  const toCoefficients = wantsCoefficients ? block(pairs * forms) : undefined;
  const addressOf = (storage: Storage | undefined): number => storage?.addressIn(machine.memory) ?? 0;
  const wanted = Math.min(mostChunks, Math.max(1, Math.round((rows * pairs * forms) / (12 * workOfChunk))));
  const perChunk = Math.ceil(rows / wanted);
  const chunks = Math.ceil(rows / perChunk);
  const [given, from, factors] = [received, x, coefficients].map(inOrder);
  const floats = pairs * forms + 16;
  withPacked(machine, transposedAt(factors, forms), forms, pairs, (packed) =>
    machine.memory.within(wantsCoefficients ? 4 * floats * chunks : 0, (partial) => {
      const most = rowsOfBlock(pairs);
      const scratch = machine.scratch(quadraticScratch(columns, pairs, most));
      const words = arranged(backwardWords, {
        ...sizes,
        rowsOfChunk: perChunk,
        rowsOfBlock: most,
        scratch: scratch.address,
        scratchStride: scratch.stride,
        x: from,
        coefficients: packed.address,
        coefficientsRow: packed.rowBytes,
        received: given,
        toX: addressOf(toX),
        partial: wantsCoefficients ? partial : 0,
        partialStride: 4 * floats,
      });
      machine.launch(machine.kernel("quadratic.vjp", buildBackward), words, chunks);
      const shares = { address: partial, chunks, floats };
      if (toCoefficients) sumShares(machine, shares, 0, pairs * forms, addressOf(toCoefficients));
    }),
  );
  return [toX, toCoefficients].filter((storage) => storage !== undefined);
}
