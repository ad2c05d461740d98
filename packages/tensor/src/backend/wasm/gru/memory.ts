import { edgeBytes } from "../gemm/product.js";
import { paddedRow } from "../padded-rows.js";

/** The words of arguments of the way forward, in order. */
export const forwardWords = [
  "rows",
  "hidden",
  "steps",
  "rowsOfChunk",
  "gates",
  "index",
  "inputs",
  "width",
  "weightIh",
  "weightIhRow",
  "state",
  "weightHh",
  "weightHhRow",
  "bias",
  "last",
  "states",
  "saved",
  "scratch",
  "scratchStride",
] as const;

/** What a step keeps of a unit for the way back, each `hidden` wide: reset, update and new gate, `U_n h + c_n`, the state before. */
export const savedBlocks = 5;

/** Columns of a row of scratch memory: whole vectors. */
export const paddedHidden = (hidden: number): number => Math.ceil(hidden / 4) * 4;

/** Bytes of scratch memory for so many rows on the way forward: edges of products, both shares of the gates, the state, a row to be kept. */
export const forwardScratch = (rows: number, hidden: number): number =>
  edgeBytes + 4 * rows * (6 * hidden + paddedHidden(hidden)) + 4 * savedBlocks * hidden + 64;

/** The words of arguments of the way back, in order. */
export const backwardWords = [
  "rows",
  "hidden",
  "steps",
  "rowsOfChunk",
  "saved",
  "weightHh",
  "weightHhRow",
  "toLast",
  "toStates",
  "toState",
  "toGates",
  "inputs",
  "width",
  "weightIh",
  "weightIhRow",
  "toInputs",
  "partial",
  "partialStride",
  "scratch",
  "scratchStride",
] as const;

/** Bytes of scratch memory for so many rows on the way back: edges, gradients of the gates' sums and of the state, inputs. */
export const backwardScratch = (rows: number, hidden: number, width: number): number =>
  edgeBytes + rows * (paddedRow(4 * hidden) + 4 * paddedHidden(hidden) + paddedRow(width)) + 64;

/** Floats of a chunk's share of the gradients: of the weights `[3H, H]` and `[3H, In]`, then column sums of four kinds. */
export const partialFloats = (hidden: number, width: number): number =>
  3 * hidden * (hidden + width) + 4 * paddedHidden(hidden) + 16;
