import type { Program } from "../../../program.js";
import { type Code, f32x4, i32, type Local, loopWhile, memory, v128, when } from "../assembler.js";
import { emitProgram } from "../emit.js";
import { edgeBytes, emitDeepProduct, emitProduct } from "../gemm/product.js";
import { storeLanes } from "../lanes.js";
import type { ModuleBuilder } from "../module.js";
import { paddedRowOf } from "../padded-rows.js";
import { holdConstants, type Target } from "../target.js";
import { wordsOf } from "../words.js";
import { backwardWords, savedBlocks } from "./memory.js";
import { copyRows, overRow } from "./rows.js";

/**
 * The way back through the steps of a chunk of sequences: gradients of the inputs (or of their share of the gates) and of
 * the initial state, and the chunk's share of those of weights and biases. A row of scratch memory holds the gradients of
 * the sums in the new gate (the inputs' share), the reset and update gate, and the new gate (the state's share): the first
 * three are what the inputs' product passes back, in this order of the gates, and the last three what the state's does.
 */
export function buildBackward(target: Target, builder: ModuleBuilder, cell: Program): void {
  const deepProduct = emitDeepProduct(target, builder);
  const product = emitProduct(target, builder);
  builder.kernel((variables, args, chunk, thread) => {
    const word = wordsOf(args, backwardWords);
    const { held, load: loadConstants } = holdConstants(target, variables);
    const [first, rows, hidden, steps, step, row, at, left, width, stateRow] = variables.list("i32", 10);
    const [scratch, sums, gradients, inputs, partial, totals] = variables.list("i32", 6);
    const [sum, gradient, saved, given, toGate, total] = variables.list("i32", 6);
    const [sumRow, inputRow, savedRow, place, stride] = variables.list("i32", 5);
    const received = variables.v128();
    const results = variables.list("v128", 5);
    const blocks = variables.list("i32", 4);
    const block = (base: Local, index: number): Code => (index === 0 ? base : i32.add(base, blocks[index - 1]));
    const oneVector = (isWhole: boolean): Code => {
      const put = (to: Code, value: Local): Code => (isWhole ? v128.store(to, value) : storeLanes(to, value, left));
      const { code, outputs } = emitProgram(held, variables, cell, [
        received,
        v128.load(block(saved, 4)),
        ...[0, 1, 2, 3].map((index) => v128.load(block(saved, index))),
      ]);
      const [toReset, toUpdate, toNew, toNewState, direct] = results;
      const counted = (index: number, value: Local): Code =>
        v128.store(total, f32x4.add(v128.load(total, 16 * index), value), 16 * index);
      return [
        received.set(v128.load(gradient)),
        when(given, received.set(f32x4.add(received, v128.load(given)))),
        code,
        outputs.map((output, index) => results[index].set(output)),
        [toNew, toReset, toUpdate, toNewState].map((value, index) => put(block(sum, index), value)),
        when(
          toGate,
          [toReset, toUpdate, toNew].map((value, index) => put(block(toGate, index), value)),
        ),
        v128.store(gradient, direct),
        [toReset, toUpdate, toNew, toNewState].map((value, index) => counted(index, value)),
      ];
    };
    const advance = [
      [sum, gradient, saved].map((pointer) => pointer.increase(16)),
      total.increase(64),
      [given, toGate].map((pointer) => when(pointer, pointer.increase(16))),
    ];
    const oneRow: Code = [
      at.set(i32.add(i32.mul(i32.add(first, row), steps), step)),
      given.set(word("toStates")),
      when(given, given.increase(i32.mul(at, width))),
      toGate.set(word("toGates")),
      when(toGate, toGate.increase(i32.mul(at, blocks[2]))),
      saved.set(i32.add(place, i32.mul(row, savedRow))),
      sum.set(i32.add(sums, i32.mul(row, sumRow))),
      gradient.set(i32.add(gradients, i32.mul(row, stateRow))),
      total.set(totals),
      overRow(hidden, left, oneVector, advance),
    ];
    const isLater = i32.ltU(step, i32.sub(steps, 1));
    const gateCount = i32.mul(hidden, 3);
    const toWeightHh = product(
      i32.add(sums, width),
      4,
      sumRow,
      i32.add(place, blocks[3]),
      savedRow,
      partial,
      width,
      gateCount,
      hidden,
      rows,
      isLater,
      scratch,
    );
    const throughState = deepProduct(
      i32.add(sums, width),
      sumRow,
      4,
      word("weightHh"),
      word("weightHhRow"),
      gradients,
      stateRow,
      rows,
      hidden,
      gateCount,
      1,
      scratch,
    );
    const toWeightIh = [
      place.set(i32.add(word("inputs"), i32.shl(i32.mul(i32.add(i32.mul(first, steps), step), word("width")), 2))),
      copyRows(variables, inputs, inputRow, place, stride, rows, i32.shl(word("width"), 2)),
      product(
        sums,
        4,
        sumRow,
        inputs,
        inputRow,
        i32.add(partial, i32.mul(blocks[2], hidden)),
        i32.shl(word("width"), 2),
        gateCount,
        word("width"),
        rows,
        isLater,
        scratch,
      ),
    ];
    const throughInputs = [
      place.set(i32.add(word("toInputs"), i32.shl(i32.mul(i32.add(i32.mul(first, steps), step), word("width")), 2))),
      deepProduct(
        sums,
        sumRow,
        4,
        word("weightIh"),
        word("weightIhRow"),
        place,
        stride,
        rows,
        word("width"),
        gateCount,
        0,
        scratch,
      ),
    ];
    const body = [
      hidden.set(word("hidden")),
      steps.set(word("steps")),
      first.set(i32.mul(chunk, word("rowsOfChunk"))),
      rows.set(i32.minU(i32.sub(word("rows"), first), word("rowsOfChunk"))),
      width.set(i32.shl(hidden, 2)),
      blocks.map((size, index) => size.set(i32.mul(width, index + 1))),
      stateRow.set(i32.and(i32.add(width, 15), -16)),
      savedRow.set(i32.mul(width, savedBlocks)),
      sumRow.set(paddedRowOf(i32.shl(hidden, 2))),
      inputRow.set(paddedRowOf(word("width"))),
      stride.set(i32.shl(i32.mul(steps, word("width")), 2)),
      scratch.set(i32.add(word("scratch"), i32.mul(thread, word("scratchStride")))),
      sums.set(i32.add(scratch, edgeBytes)),
      gradients.set(i32.add(sums, i32.mul(rows, sumRow))),
      inputs.set(i32.add(gradients, i32.mul(rows, stateRow))),
      partial.set(i32.add(word("partial"), i32.mul(chunk, word("partialStride")))),
      totals.set(i32.add(partial, i32.mul(blocks[2], i32.add(hidden, word("width"))))),
      memory.fill(totals, 0, i32.shl(stateRow, 2)),
      copyRows(variables, gradients, stateRow, i32.add(word("toLast"), i32.mul(first, width)), width, rows, width),
      step.set(steps),
      loopWhile(step, [
        step.increase(-1),
        place.set(i32.add(word("saved"), i32.mul(i32.add(i32.mul(step, word("rows")), first), savedRow))),
        row.set(0),
        loopWhile(i32.ltU(row, rows), [oneRow, row.increase(1)]),
        // At rest there was no state before the first step.
        when(i32.or(word("toState"), step), [throughState, toWeightHh]),
        when(word("inputs"), toWeightIh),
        when(word("toInputs"), throughInputs),
      ]),
      when(
        word("toState"),
        copyRows(variables, i32.add(word("toState"), i32.mul(first, width)), width, gradients, stateRow, rows, width),
      ),
    ];
    return [loadConstants(), body];
  });
}
