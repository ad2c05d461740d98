import { type Code, f32x4, i32, type Local, loopWhile, memory, v128, when } from "../assembler.js";
import { emitProgram } from "../emit.js";
import { edgeBytes, emitDeepProduct } from "../gemm/product.js";
import { storeLanes } from "../lanes.js";
import type { ModuleBuilder } from "../module.js";
import { holdConstants, type Target } from "../target.js";
import { wordsOf } from "../words.js";
import type { GruCell } from "./forward.js";
import { forwardWords } from "./memory.js";
import { copyRows, overRow } from "./rows.js";

/**
 * The steps of a unit over a chunk of sequences, one chunk after the other, so that the state and both shares of the gates
 * stay in the cache. The inputs' share is a product of each step, or given.
 */
export function buildForward(target: Target, builder: ModuleBuilder, cell: GruCell): void {
  const product = emitDeepProduct(target, builder);
  builder.kernel((variables, args, chunk, thread) => {
    const word = wordsOf(args, forwardWords);
    const { held, load: loadConstants } = holdConstants(target, variables);
    const [first, rows, hidden, steps, step, row, at, left] = variables.list("i32", 8);
    const [scratch, sources, shares, states, width, stateRow] = variables.list("i32", 6);
    const [gate, share, state, bias, kept, keptRow, toState] = variables.list("i32", 7);
    const [next, fresh, newState, before] = variables.list("v128", 4);
    const blocks = variables.list("i32", 4);
    const block = (base: Local, index: number): Code => (index === 0 ? base : i32.add(base, blocks[index - 1]));
    const stored = (isWhole: boolean, to: Code, value: Local): Code =>
      isWhole ? v128.store(to, value) : storeLanes(to, value, left);
    // Two loops over a row, of few steps each that wait for each other: the processor looks ahead only so far.
    const oneGate = (isWhole: boolean): Code => {
      const { code, outputs } = emitProgram(held, variables, cell.gate, [
        f32x4.add(v128.load(gate), v128.load(bias)),
        v128.load(share),
      ]);
      return [code, next.set(outputs[0]), stored(isWhole, kept, next)];
    };
    const oneState = (isWhole: boolean): Code => {
      const { code, outputs } = emitProgram(held, variables, cell.next, [
        before,
        v128.load(kept),
        v128.load(block(kept, 1)),
        f32x4.add(v128.load(gate), v128.load(bias)),
        newState,
      ]);
      return [
        before.set(v128.load(state)),
        newState.set(f32x4.add(v128.load(share), v128.load(block(bias, 1)))),
        code,
        next.set(outputs[0]),
        fresh.set(outputs[1]),
        v128.store(state, next),
        when(toState, stored(isWhole, toState, next)),
        [fresh, newState, before].map((value, index) => stored(isWhole, block(kept, index + 2), value)),
      ];
    };
    const past = (...pointers: readonly Local[]): Code => pointers.map((pointer) => pointer.increase(16));
    const oneRow: Code = [
      at.set(i32.add(i32.mul(i32.add(first, row), steps), step)),
      toState.set(word("states")),
      when(toState, toState.increase(i32.mul(at, width))),
      when(word("index"), at.set(i32.load(i32.add(word("index"), i32.shl(at, 2))))),
      when(
        word("inputs"),
        gate.set(i32.add(sources, i32.mul(row, blocks[2]))),
        gate.set(i32.add(word("gates"), i32.mul(at, blocks[2]))),
      ),
      share.set(i32.add(shares, i32.mul(row, blocks[2]))),
      state.set(i32.add(states, i32.mul(row, stateRow))),
      bias.set(word("bias")),
      kept.set(keptRow),
      overRow(i32.shl(hidden, 1), left, oneGate, past(gate, share, bias, kept)),
      // The pointers of what is left of the row: the loop before stops short of them where lanes are left.
      [gate, share, bias].map((pointer) => pointer.increase(i32.shl(left, 2))),
      kept.set(keptRow),
      overRow(hidden, left, oneState, [past(gate, share, bias, kept, state), when(toState, past(toState))]),
      when(word("saved"), keptRow.increase(i32.add(blocks[3], width))),
    ];
    const body = [
      hidden.set(word("hidden")),
      steps.set(word("steps")),
      first.set(i32.mul(chunk, word("rowsOfChunk"))),
      rows.set(i32.minU(i32.sub(word("rows"), first), word("rowsOfChunk"))),
      width.set(i32.shl(hidden, 2)),
      blocks.map((size, index) => size.set(i32.mul(width, index + 1))),
      stateRow.set(i32.and(i32.add(width, 15), -16)),
      scratch.set(i32.add(word("scratch"), i32.mul(thread, word("scratchStride")))),
      sources.set(i32.add(scratch, edgeBytes)),
      shares.set(i32.add(sources, i32.mul(rows, blocks[2]))),
      states.set(i32.add(shares, i32.mul(rows, blocks[2]))),
      when(
        word("state"),
        copyRows(variables, states, stateRow, i32.add(word("state"), i32.mul(first, width)), width, rows, width),
        [memory.fill(states, 0, i32.mul(rows, stateRow)), memory.fill(shares, 0, i32.mul(rows, blocks[2]))],
      ),
      step.set(0),
      loopWhile(i32.ltU(step, steps), [
        when(
          word("inputs"),
          product(
            i32.add(word("inputs"), i32.shl(i32.mul(i32.add(i32.mul(first, steps), step), word("width")), 2)),
            i32.shl(i32.mul(steps, word("width")), 2),
            4,
            word("weightIh"),
            word("weightIhRow"),
            sources,
            blocks[2],
            rows,
            i32.mul(hidden, 3),
            word("width"),
            0,
            scratch,
          ),
        ),
        // At rest the state's share is 0 at first.
        when(
          i32.or(word("state"), step),
          product(
            states,
            stateRow,
            4,
            word("weightHh"),
            word("weightHhRow"),
            shares,
            blocks[2],
            rows,
            i32.mul(hidden, 3),
            hidden,
            0,
            scratch,
          ),
        ),
        when(
          word("saved"),
          keptRow.set(
            i32.add(word("saved"), i32.mul(i32.add(i32.mul(step, word("rows")), first), i32.add(blocks[3], width))),
          ),
          keptRow.set(i32.add(states, i32.mul(rows, stateRow))),
        ),
        row.set(0),
        loopWhile(i32.ltU(row, rows), [oneRow, row.increase(1)]),
        step.increase(1),
      ]),
      copyRows(variables, i32.add(word("last"), i32.mul(first, width)), width, states, stateRow, rows, width),
    ];
    return [loadConstants(), body];
  });
}
