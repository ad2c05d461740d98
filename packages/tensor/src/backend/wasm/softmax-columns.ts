import { type Code, f32x4, f64, f64x2, i32, type Local, loopWhile, v128, when } from "./assembler.js";
import { finiteOrZero, storeLanes } from "./lanes.js";
import { exp } from "./math/exponential.js";
import { log } from "./math/logarithm.js";
import type { ModuleBuilder } from "./module.js";
import type { SoftmaxKind } from "./softmax-rows.js";
import { holdConstants, type Target } from "./target.js";
import { Totals } from "./totals.js";

/** Vectors of columns that go down the rows together. */
const vectorsTogether = 4;

/** Columns of a chunk. */
export const columnsOfChunk = 4 * vectorsTogether;

/**
 * Down columns: arguments are matrices, rows, columns, chunks a matrix, x, and where to. A chunk has 16 columns of a matrix.
 */
export function buildSoftmaxColumns(target: Target, builder: ModuleBuilder, kind: SoftmaxKind): void {
  builder.kernel((variables, args, chunk) => {
    const { held, load: loadConstants } = holdConstants(target, variables);
    const [rows, row, column, end, from, to, left, matrix, start] = variables.list("i32", 9);
    const rowBytes = i32.shl(i32.load(args, 8), 2);
    const four = variables.v128();
    const [largest, share] = [0, 1].map(() => variables.list("v128", vectorsTogether));
    const totals = Array.from({ length: vectorsTogether }, () => new Totals("sum", false, variables));
    const down = (pointers: readonly Local[], body: Code): Code => [
      row.set(rows),
      loopWhile(row, [body, pointers.map((pointer) => pointer.increase(rowBytes)), row.increase(-1)]),
    ];
    const columns = (vectors: number, isWhole: boolean): Code => {
      const each = (body: (at: number) => Code): Code => Array.from({ length: vectors }, (_, at) => body(at));
      const loaded = (at: number): Code => v128.load(from, 16 * at);
      const stored = (at: number): Code => (isWhole ? v128.store(to, four, 16 * at) : storeLanes(to, four, left));
      const place = (word: number): Code => i32.add(i32.add(i32.load(args, word), start), i32.shl(column, 2));
      const logarithms = each((at) => [
        share[at].set(totals[at].rounded()),
        share[at].set(log(target, variables, share[at])),
      ]);
      const finish = {
        softmax: () => [
          each((at) => totals[at].halves().map((half) => half.set(f64x2.div(f64x2.splat(f64.const(1)), half)))),
          each((at) => share[at].set(totals[at].rounded())),
          from.set(place(20)),
          to.set(from),
          down(
            [from, to],
            each((at) => [four.set(f32x4.mul(loaded(at), share[at])), stored(at)]),
          ),
        ],
        logSoftmax: () => [
          logarithms,
          from.set(place(16)),
          to.set(place(20)),
          down(
            [from, to],
            each((at) => [four.set(f32x4.sub(f32x4.sub(loaded(at), largest[at]), share[at])), stored(at)]),
          ),
        ],
        logSumExp: () => [
          logarithms,
          to.set(i32.add(i32.load(args, 20), i32.shl(i32.add(i32.mul(matrix, i32.load(args, 8)), column), 2))),
          each((at) => [four.set(f32x4.add(share[at], largest[at])), stored(at)]),
        ],
      } satisfies Record<SoftmaxKind, () => Code>;
      return [
        from.set(place(16)),
        each((at) => largest[at].set(held.constant(Number.NEGATIVE_INFINITY))),
        down(
          [from],
          each((at) => largest[at].set(f32x4.pmax(largest[at], loaded(at)))),
        ),
        // A shift by an infinite maximum would make NaN of a sum that has a logarithm.
        kind === "logSumExp" ? each((at) => largest[at].set(finiteOrZero(held, largest[at]))) : [],
        kind === "softmax" ? to.set(place(20)) : [],
        from.set(place(16)),
        each((at) => totals[at].reset()),
        down(
          kind === "softmax" ? [from, to] : [from],
          each((at) => [
            four.set(exp(held, variables, f32x4.sub(loaded(at), largest[at]))),
            totals[at].take(four),
            kind === "softmax" ? stored(at) : [],
          ]),
        ),
        finish[kind](),
      ];
    };
    const perMatrix = i32.load(args, 12);
    const body = [
      rows.set(i32.load(args, 4)),
      column.set(i32.shl(i32.remU(chunk, perMatrix), 4)),
      end.set(i32.minU(i32.add(column, columnsOfChunk), i32.load(args, 8))),
      matrix.set(i32.divU(chunk, perMatrix)),
      start.set(i32.mul(matrix, i32.mul(rows, rowBytes))),
      left.set(i32.sub(end, column)),
      when(i32.eq(left, columnsOfChunk), columns(vectorsTogether, true), [
        loopWhile(i32.geU(left, 4), [columns(1, true), column.increase(4), left.increase(-4)]),
        when(left, columns(1, false)),
      ]),
    ];
    return [loadConstants(), body];
  });
}
