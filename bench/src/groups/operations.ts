import { type Group, milliseconds } from "./group.js";

const names = [
  "einsum",
  "sort",
  "topK",
  "cumsum",
  "conv1d",
  "cholesky",
  "solve",
  "crossEntropy",
  "lstm",
  "attention",
] as const;

/** What a row of the group computes. */
export type Operation = (typeof names)[number];

/** An operand: numbers that belong to its name, spread over `+-bound`. */
export interface Operand {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bound: number;
  /** Made symmetric, with a heavy diagonal. */
  readonly isPositiveDefinite?: boolean;
}

/** An operation on some operands; or a loss, and its gradients by all of them. */
export interface OperationSpec {
  readonly operation: Operation;
  readonly operands: readonly Operand[];
}

/** How many of a row's largest elements `topK` finds. */
export const countOfLargest = 32;

/** Heads of the attention. */
export const heads = 4;

const width = 64;
const bound = 1 / Math.sqrt(width);
const operand = (name: string, shape: readonly number[], within = 1): Operand => ({ name, shape, bound: within });
const weight = (name: string, ...shape: readonly number[]): Operand => operand(name, shape, bound);
const definite = { ...operand("a", [256, 256]), isPositiveDefinite: true };

const rows: Readonly<Record<Operation, { readonly name: string; readonly operands: readonly Operand[] }>> = {
  einsum: {
    name: "einsum bqhd,bkhd->bhqk, 8 x 128 x 4 x 32",
    operands: [operand("q", [8, 128, 4, 32]), operand("k", [8, 128, 4, 32])],
  },
  sort: { name: "sort of rows, 300 x 1000", operands: [operand("x", [300, 1000])] },
  topK: { name: `${countOfLargest} largest of rows, 300 x 1000`, operands: [operand("x", [300, 1000])] },
  cumsum: { name: "cumsum along rows, 300 x 1000", operands: [operand("x", [300, 1000])] },
  conv1d: {
    name: "conv1d of width 3, 16 x 64 x 256",
    operands: [operand("x", [16, 64, 256]), operand("kernel", [64, 64, 3])],
  },
  cholesky: { name: "cholesky, 256 x 256", operands: [definite] },
  solve: { name: "solve, 256 x 256 by 256 x 16", operands: [definite, operand("b", [256, 16])] },
  crossEntropy: { name: "cross entropy, 4096 x 64", operands: [operand("logits", [4096, 64], 3)] },
  lstm: {
    name: "LSTM(64), N = 300, 20 steps",
    operands: [
      operand("x", [300, 20, width]),
      weight("weightIh", 4 * width, width),
      weight("weightHh", 4 * width, width),
      weight("biasIh", 4 * width),
      weight("biasHh", 4 * width),
    ],
  },
  attention: {
    name: `attention of ${heads} heads, 32 x 64 x 64`,
    operands: [
      operand("x", [32, 64, width]),
      weight("inProjWeight", 3 * width, width),
      weight("inProjBias", 3 * width),
      weight("outProj.weight", width, width),
      weight("outProj.bias", width),
    ],
  },
};

/** Operations that peers have too: one run of each, or forward and backward. */
export const operations: Group<OperationSpec> = {
  about: `Sums of products, order, sums along a way, convolution and linear algebra forward; cross entropy, LSTM and multi-head
attention forward and backward, all gradients, the input's too. A peer is measured where it has the operation, or all
that it is made of.`,
  unit: milliseconds,
  place: "scope",
  warmUp: 4,
  rows: names.map((operation) => {
    const { name, operands } = rows[operation];
    return { name, amount: 1, spec: { operation, operands } };
  }),
};
