import { type Code, f32x4, i32, type Local, loopWhile, memory, v128, when } from "./assembler.js";
import { emitProgram } from "./emit.js";
import { edgeBytes, emitDeepProduct } from "./gemm/product.js";
import type { GruCell } from "./gru.js";
import { storeLanes } from "./lanes.js";
import type { ModuleBuilder, Variables } from "./module.js";
import type { Target } from "./target.js";

/** The words of arguments, in order. */
export const forwardWords = [
  "rows",
  "hidden",
  "steps",
  "rowsOfChunk",
  "gates",
  "index",
  "state",
  "weight",
  "weightRow",
  "bias",
  "last",
  "states",
  "saved",
  "scratch",
  "scratchStride",
] as const;

/** Columns of a row of scratch memory: whole vectors. */
export const paddedHidden = (hidden: number): number => Math.ceil(hidden / 4) * 4;

/** Bytes of scratch memory for so many rows: edges of products, the state's share of the gates, the state. */
export const forwardScratch = (rows: number, hidden: number): number =>
  edgeBytes + 4 * rows * (3 * hidden + paddedHidden(hidden)) + 64;

/** Reads arguments by name. */
export const wordsOf =
  <Name extends string>(args: Local, names: readonly Name[]) =>
  (name: Name): Code =>
    i32.load(args, 4 * names.indexOf(name));

/** Runs `body` for the vectors of a row, then once more for the lanes that are left, with their number. */
export function overRow(columns: Code, left: Local, body: (isWhole: boolean) => Code, advance: Code): Code {
  return [
    left.set(columns),
    loopWhile(i32.geU(left, 4), [body(true), advance, left.increase(-4)]),
    when(left, body(false)),
  ];
}

/**
 * The steps of a unit over a chunk of sequences, one chunk after the other, so that the state and its share of the gates
 * stay in the cache.
 */
export function buildForward(target: Target, builder: ModuleBuilder, cell: GruCell): void {
  const product = emitDeepProduct(target, builder);
  builder.kernel((variables, args, chunk, thread) => {
    const word = wordsOf(args, forwardWords);
    const [first, rows, hidden, steps, step, row, at, left] = variables.list("i32", 8);
    const [scratch, shares, states, width, stateRow] = variables.list("i32", 5);
    const [gate, share, state, bias, toState, toSaved] = variables.list("i32", 6);
    const [next, fresh, newState] = variables.list("v128", 3);
    const blocks = variables.list("i32", 3);
    const block = (base: Local, index: number): Code => (index === 0 ? base : i32.add(base, blocks[index - 1]));
    const stored = (isWhole: boolean, to: Code, value: Local): Code =>
      isWhole ? v128.store(to, value) : storeLanes(to, value, left);
    // Two loops over a row, of few steps each that wait for each other: the processor looks ahead only so far.
    const oneGate = (isWhole: boolean): Code => {
      const { code, outputs } = emitProgram(target, variables, cell.gate, [
        f32x4.add(v128.load(gate), v128.load(bias)),
        v128.load(share),
      ]);
      return [code, next.set(outputs[0]), stored(isWhole, share, next), when(toSaved, stored(isWhole, toSaved, next))];
    };
    const pastGates: Code = [
      [gate, share, bias].map((pointer) => pointer.increase(16)),
      when(toSaved, toSaved.increase(16)),
    ];
    const oneState = (isWhole: boolean): Code => {
      const { code, outputs } = emitProgram(target, variables, cell.next, [
        v128.load(state),
        v128.load(share),
        v128.load(block(share, 1)),
        f32x4.add(v128.load(gate), v128.load(bias)),
        newState,
      ]);
      return [
        newState.set(f32x4.add(v128.load(block(share, 2)), v128.load(block(bias, 1)))),
        code,
        next.set(outputs[0]),
        fresh.set(outputs[1]),
        v128.store(state, next),
        when(toState, stored(isWhole, toState, next)),
        when(toSaved, [stored(isWhole, toSaved, fresh), stored(isWhole, block(toSaved, 1), newState)]),
      ];
    };
    const pastStates: Code = [
      [gate, share, state, bias].map((pointer) => pointer.increase(16)),
      when(toState, toState.increase(16)),
      when(toSaved, toSaved.increase(16)),
    ];
    const sequence = i32.add(first, row);
    const savedOf = i32.mul(i32.shl(i32.add(i32.mul(sequence, steps), step), 2), width);
    const oneRow: Code = [
      at.set(i32.add(i32.mul(sequence, steps), step)),
      toState.set(word("states")),
      when(toState, toState.increase(i32.mul(at, width))),
      toSaved.set(word("saved")),
      when(toSaved, toSaved.increase(savedOf)),
      when(word("index"), at.set(i32.load(i32.add(word("index"), i32.shl(at, 2))))),
      gate.set(i32.add(word("gates"), i32.mul(at, blocks[2]))),
      share.set(i32.add(shares, i32.mul(row, blocks[2]))),
      state.set(i32.add(states, i32.mul(row, stateRow))),
      bias.set(word("bias")),
      overRow(i32.shl(hidden, 1), left, oneGate, pastGates),
      gate.set(i32.add(i32.add(word("gates"), i32.mul(at, blocks[2])), blocks[1])),
      share.set(i32.add(shares, i32.mul(row, blocks[2]))),
      bias.set(i32.add(word("bias"), blocks[1])),
      toSaved.set(word("saved")),
      when(toSaved, toSaved.increase(i32.add(savedOf, blocks[1]))),
      overRow(hidden, left, oneState, pastStates),
    ];
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
      states.set(i32.add(shares, i32.mul(rows, blocks[2]))),
      copyRows(variables, states, stateRow, i32.add(word("state"), i32.mul(first, width)), width, rows, width),
      step.set(0),
      loopWhile(i32.ltU(step, steps), [
        product(
          states,
          stateRow,
          4,
          word("weight"),
          word("weightRow"),
          shares,
          blocks[2],
          rows,
          i32.mul(hidden, 3),
          hidden,
          0,
          scratch,
        ),
        row.set(0),
        loopWhile(i32.ltU(row, rows), [oneRow, row.increase(1)]),
        step.increase(1),
      ]),
      copyRows(variables, i32.add(word("last"), i32.mul(first, width)), width, states, stateRow, rows, width),
    ];
  });
}

/** Copies rows of so many bytes between strides. */
export function copyRows(
  variables: Variables,
  to: Code,
  toRow: Code,
  from: Code,
  fromRow: Code,
  rows: Code,
  bytes: Code,
): Code {
  const [target, source, count] = variables.list("i32", 3);
  return [
    target.set(to),
    source.set(from),
    count.set(rows),
    loopWhile(count, [
      memory.copy(target, source, bytes),
      target.increase(toRow),
      source.increase(fromRow),
      count.increase(-1),
    ]),
  ];
}
