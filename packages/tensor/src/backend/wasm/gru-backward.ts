import type { Program } from "../../program.js";
import { type Code, f32x4, i32, type Local, loopWhile, memory, select, v128, when } from "./assembler.js";
import { emitProgram } from "./emit.js";
import { edgeBytes, emitDeepProduct, emitProduct } from "./gemm/product.js";
import { copyRows, overRow, paddedHidden, wordsOf } from "./gru-forward.js";
import { storeLanes } from "./lanes.js";
import type { ModuleBuilder } from "./module.js";
import type { Target } from "./target.js";

/** The words of arguments, in order. */
export const backwardWords = [
  "rows",
  "hidden",
  "steps",
  "rowsOfChunk",
  "state",
  "weight",
  "weightRow",
  "states",
  "saved",
  "toLast",
  "toStates",
  "toGates",
  "toState",
  "partial",
  "partialStride",
  "scratch",
  "scratchStride",
] as const;

/** Bytes of scratch memory for so many rows: edges, gradients of the state's share of the gates, of the state, state before. */
export const backwardScratch = (rows: number, hidden: number): number =>
  edgeBytes + 4 * rows * (3 * hidden + 2 * paddedHidden(hidden)) + 64;

/** Floats of a chunk's share of the gradients: of the weight `[3H, H]`, then column sums of four kinds. */
export const partialFloats = (hidden: number): number => 3 * hidden * hidden + 4 * paddedHidden(hidden) + 16;

/**
 * The way back through the steps of a chunk of sequences: gradients of the gates' inputs and of the initial state, and the
 * chunk's share of those of weight and biases.
 */
export function buildBackward(target: Target, builder: ModuleBuilder, cell: Program): void {
  const deepProduct = emitDeepProduct(target, builder);
  const product = emitProduct(target, builder);
  builder.kernel((variables, args, chunk, thread) => {
    const word = wordsOf(args, backwardWords);
    const [first, rows, hidden, steps, step, row, at, left, width, stateRow] = variables.list("i32", 10);
    const [scratch, shares, gradients, befores, partial, sums] = variables.list("i32", 6);
    const [share, gradient, before, state, saved, given, toGate, total] = variables.list("i32", 8);
    const [received, previous] = variables.list("v128", 2);
    const results = variables.list("v128", 5);
    const blocks = variables.list("i32", 3);
    const block = (base: Local, index: number): Code => (index === 0 ? base : i32.add(base, blocks[index - 1]));
    const oneVector = (isWhole: boolean): Code => {
      const put = (to: Code, value: Local): Code => (isWhole ? v128.store(to, value) : storeLanes(to, value, left));
      const { code, outputs } = emitProgram(target, variables, cell, [
        received,
        previous,
        ...[0, 1, 2, 3].map((index) => v128.load(block(saved, index))),
      ]);
      const [toReset, toUpdate, toNew, toNewState, direct] = results;
      const counted = (index: number, value: Local): Code =>
        v128.store(total, f32x4.add(v128.load(total, 16 * index), value), 16 * index);
      return [
        received.set(v128.load(gradient)),
        when(given, received.set(f32x4.add(received, v128.load(given)))),
        previous.set(v128.load(state)),
        v128.store(before, previous),
        code,
        outputs.map((output, index) => results[index].set(output)),
        [toReset, toUpdate, toNew].map((value, index) => put(block(toGate, index), value)),
        [toReset, toUpdate, toNewState].map((value, index) => put(block(share, index), value)),
        v128.store(gradient, direct),
        [toReset, toUpdate, toNew, toNewState].map((value, index) => counted(index, value)),
      ];
    };
    const advance = [
      [share, gradient, before, state, saved, toGate].map((pointer) => pointer.increase(16)),
      total.increase(64),
      when(given, given.increase(16)),
    ];
    const sequence = i32.add(first, row);
    return [
      hidden.set(word("hidden")),
      steps.set(word("steps")),
      first.set(i32.mul(chunk, word("rowsOfChunk"))),
      rows.set(i32.minU(i32.sub(word("rows"), first), word("rowsOfChunk"))),
      width.set(i32.shl(hidden, 2)),
      blocks[0].set(width),
      blocks[1].set(i32.shl(width, 1)),
      blocks[2].set(i32.add(blocks[1], width)),
      stateRow.set(i32.and(i32.add(width, 15), -16)),
      scratch.set(i32.add(word("scratch"), i32.mul(thread, word("scratchStride")))),
      shares.set(i32.add(scratch, edgeBytes)),
      gradients.set(i32.add(shares, i32.mul(rows, blocks[2]))),
      befores.set(i32.add(gradients, i32.mul(rows, stateRow))),
      partial.set(i32.add(word("partial"), i32.mul(chunk, word("partialStride")))),
      sums.set(i32.add(partial, i32.mul(blocks[2], hidden))),
      memory.fill(sums, 0, i32.shl(stateRow, 2)),
      copyRows(variables, gradients, stateRow, i32.add(word("toLast"), i32.mul(first, width)), width, rows, width),
      step.set(steps),
      loopWhile(step, [
        step.increase(-1),
        row.set(0),
        loopWhile(i32.ltU(row, rows), [
          at.set(i32.add(i32.mul(sequence, steps), step)),
          state.set(
            select(
              step,
              i32.add(word("states"), i32.mul(i32.sub(at, 1), width)),
              i32.add(word("state"), i32.mul(sequence, width)),
            ),
          ),
          given.set(word("toStates")),
          when(given, given.increase(i32.mul(at, width))),
          saved.set(i32.add(word("saved"), i32.mul(i32.shl(at, 2), width))),
          toGate.set(i32.add(word("toGates"), i32.mul(at, blocks[2]))),
          share.set(i32.add(shares, i32.mul(row, blocks[2]))),
          gradient.set(i32.add(gradients, i32.mul(row, stateRow))),
          before.set(i32.add(befores, i32.mul(row, stateRow))),
          total.set(sums),
          overRow(hidden, left, oneVector, advance),
          row.increase(1),
        ]),
        deepProduct(
          shares,
          blocks[2],
          4,
          word("weight"),
          word("weightRow"),
          gradients,
          stateRow,
          rows,
          hidden,
          i32.mul(hidden, 3),
          1,
          scratch,
        ),
        product(
          shares,
          4,
          blocks[2],
          befores,
          stateRow,
          partial,
          width,
          i32.mul(hidden, 3),
          hidden,
          rows,
          i32.ltU(step, i32.sub(steps, 1)),
          scratch,
        ),
      ]),
      copyRows(variables, i32.add(word("toState"), i32.mul(first, width)), width, gradients, stateRow, rows, width),
    ];
  });
}
