import { type Code, f32x4, f64, f64x2, i32, type Local, loopWhile, v128, when } from "./assembler.js";
import { lanesBelow, storeLanes } from "./lanes.js";
import { exp } from "./math/exponential.js";
import type { ModuleBuilder } from "./module.js";
import { holdConstants, type Target } from "./target.js";
import { Totals } from "./totals.js";

/** Vectors of columns that go down the rows together. */
const vectorsTogether = 4;

/** Columns of a chunk. */
export const columnsOfChunk = 4 * vectorsTogether;

/** Along rows: arguments are rows, their length, rows a chunk, x, and where to. */
export function buildSoftmaxRows(target: Target, builder: ModuleBuilder): void {
  builder.kernel((variables, args, chunk) => {
    const { held, load: loadConstants } = holdConstants(target, variables);
    const [row, end, length, from, to, left, start] = variables.list("i32", 7);
    const [largest, four, mask, share] = variables.list("v128", 4);
    const total = new Totals("sum", false, variables);
    const lowest = held.constant(Number.NEGATIVE_INFINITY);
    /** Goes along the row: vectors, then the lanes that are left, the others of which `blank` stands for. */
    const along = (blank: Code, body: (isWhole: boolean) => Code, advanced: readonly Local[]): Code => [
      left.set(length),
      loopWhile(i32.geU(left, 4), [
        four.set(v128.load(from)),
        body(true),
        advanced.map((pointer) => pointer.increase(16)),
        left.increase(-4),
      ]),
      when(left, [mask.set(lanesBelow(left)), four.set(v128.bitSelect(v128.load(from), blank, mask)), body(false)]),
    ];
    const weight = (isWhole: boolean): Code => [
      four.set(exp(held, variables, f32x4.sub(four, largest))),
      isWhole ? [] : four.set(v128.and(four, mask)),
      total.take(four),
      isWhole ? v128.store(to, four) : storeLanes(to, four, left),
    ];
    const scaled = (isWhole: boolean): Code => [
      four.set(f32x4.mul(four, share)),
      isWhole ? v128.store(from, four) : storeLanes(from, four, left),
    ];
    const address = (word: number): Code => i32.add(i32.load(args, word), i32.shl(i32.mul(row, length), 2));
    const turned = (bytes: readonly number[]): Code => f32x4.pmax(largest, v128.shuffle(largest, largest, bytes));
    const sum = [0, 1, 2, 3].map((index) => total.column(index)).reduce((a, b) => f64.add(a, b));
    const body = [
      length.set(i32.load(args, 4)),
      row.set(i32.mul(chunk, i32.load(args, 8))),
      end.set(i32.minU(i32.add(row, i32.load(args, 8)), i32.load(args))),
      loopWhile(i32.ltU(row, end), [
        from.set(address(12)),
        start.set(from),
        largest.set(lowest),
        along(lowest, () => largest.set(f32x4.pmax(largest, four)), [from]),
        largest.set(turned([8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7])),
        largest.set(turned([4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11])),
        from.set(start),
        to.set(address(16)),
        total.reset(),
        along(lowest, weight, [from, to]),
        share.set(f64x2.splat(f64.div(f64.const(1), sum))),
        share.set(f32x4.fromF64Zero(share)),
        share.set(v128.shuffle(share, share, [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3])),
        from.set(address(16)),
        along(lowest, scaled, [from]),
        row.increase(1),
      ]),
    ];
    return [loadConstants(), body];
  });
}

/** Down columns: arguments are matrices, rows, columns, chunks a matrix, x, and where to. A chunk has 16 columns of a matrix. */
export function buildSoftmaxColumns(target: Target, builder: ModuleBuilder): void {
  builder.kernel((variables, args, chunk) => {
    const { held, load: loadConstants } = holdConstants(target, variables);
    const [rows, row, column, end, from, to, left, start] = variables.list("i32", 8);
    const rowBytes = i32.shl(i32.load(args, 8), 2);
    const four = variables.v128();
    const largest = variables.list("v128", vectorsTogether);
    const totals = Array.from({ length: vectorsTogether }, () => new Totals("sum", false, variables));
    const down = (pointers: readonly Local[], body: Code): Code => [
      row.set(rows),
      loopWhile(row, [body, pointers.map((pointer) => pointer.increase(rowBytes)), row.increase(-1)]),
    ];
    const columns = (vectors: number, isWhole: boolean): Code => {
      const each = (body: (at: number) => Code): Code => Array.from({ length: vectors }, (_, at) => body(at));
      const stored = (base: Local, at: number): Code =>
        isWhole ? v128.store(base, four, 16 * at) : storeLanes(base, four, left);
      const place = (word: number): Code => i32.add(i32.add(i32.load(args, word), start), i32.shl(column, 2));
      return [
        from.set(place(16)),
        each((at) => largest[at].set(held.constant(Number.NEGATIVE_INFINITY))),
        down(
          [from],
          each((at) => largest[at].set(f32x4.pmax(largest[at], v128.load(from, 16 * at)))),
        ),
        from.set(place(16)),
        to.set(place(20)),
        each((at) => totals[at].reset()),
        down(
          [from, to],
          each((at) => [
            four.set(exp(held, variables, f32x4.sub(v128.load(from, 16 * at), largest[at]))),
            totals[at].take(four),
            stored(to, at),
          ]),
        ),
        each((at) => totals[at].halves().map((half) => half.set(f64x2.div(f64x2.splat(f64.const(1)), half)))),
        each((at) => largest[at].set(totals[at].rounded())),
        to.set(place(20)),
        down(
          [to],
          each((at) => [four.set(f32x4.mul(v128.load(to, 16 * at), largest[at])), stored(to, at)]),
        ),
      ];
    };
    const perMatrix = i32.load(args, 12);
    const body = [
      rows.set(i32.load(args, 4)),
      column.set(i32.shl(i32.remU(chunk, perMatrix), 4)),
      end.set(i32.minU(i32.add(column, columnsOfChunk), i32.load(args, 8))),
      start.set(i32.mul(i32.divU(chunk, perMatrix), i32.mul(rows, rowBytes))),
      left.set(i32.sub(end, column)),
      when(i32.eq(left, columnsOfChunk), columns(vectorsTogether, true), [
        loopWhile(i32.geU(left, 4), [columns(1, true), column.increase(4), left.increase(-4)]),
        when(left, columns(1, false)),
      ]),
    ];
    return [loadConstants(), body];
  });
}
