import type { ReductionKind } from "../backend.js";
import { type Code, f32, f64, i32, loopWhile, v128, when } from "./assembler.js";
import type { ModuleBuilder } from "./module.js";
import type { Target } from "./target.js";
import { combineScalars, startOf, Totals } from "./totals.js";

/**
 * Rows: arguments are rows, length, rows a chunk, pieces a row, length of a piece; start and row stride in bytes; result;
 * whether the result is of doubles.
 */
export function buildRows(_: Target, builder: ModuleBuilder, reduction: ReductionKind, integers: boolean): void {
  builder.kernel((variables, args, chunk) => {
    const [unit, end, from, left] = variables.list("i32", 4);
    const four = variables.v128();
    const [even, odd] = [0, 1].map(() => new Totals(reduction, integers, variables));
    const [total, value] = [variables.f64(), variables.f64()];
    const loaded = (offset: number): Code => four.set(v128.load(from, offset));
    const scalar = integers ? f64.fromI32(i32.load(from)) : f64.fromF32(f32.load(from));
    const pieces = i32.load(args, 12);
    return [
      unit.set(i32.mul(chunk, i32.load(args, 8))),
      end.set(i32.minU(i32.add(unit, i32.load(args, 8)), i32.mul(i32.load(args), pieces))),
      loopWhile(i32.ltU(unit, end), [
        left.set(i32.mul(i32.remU(unit, pieces), i32.load(args, 16))),
        from.set(
          i32.add(i32.add(i32.load(args, 20), i32.mul(i32.divU(unit, pieces), i32.load(args, 24))), i32.shl(left, 2)),
        ),
        left.set(i32.minU(i32.sub(i32.load(args, 4), left), i32.load(args, 16))),
        even.reset(),
        odd.reset(),
        loopWhile(i32.geU(left, 8), [
          loaded(0),
          even.take(four),
          loaded(16),
          odd.take(four),
          from.increase(32),
          left.increase(-8),
        ]),
        when(i32.geU(left, 4), [loaded(0), even.take(four), from.increase(16), left.increase(-4)]),
        total.set(even.column(0)),
        [even.column(1), even.column(2), even.column(3), ...[0, 1, 2, 3].map((index) => odd.column(index))].map(
          (column) => [value.set(column), combineScalars(reduction, total, value)],
        ),
        loopWhile(left, [
          value.set(scalar),
          combineScalars(reduction, total, value),
          from.increase(4),
          left.increase(-1),
        ]),
        when(
          i32.load(args, 32),
          f64.store(i32.add(i32.load(args, 28), i32.shl(unit, 3)), total),
          f32.store(i32.add(i32.load(args, 28), i32.shl(unit, 2)), f32.fromF64(total)),
        ),
        unit.increase(1),
      ]),
    ];
  });
}

/**
 * Columns: arguments are matrices, rows, columns, pieces a matrix, rows a piece; start, stride of matrices and of rows in
 * bytes; result; whether it is of doubles. A chunk is a piece of a matrix.
 */
export function buildColumns(_: Target, builder: ModuleBuilder, reduction: ReductionKind, integers: boolean): void {
  builder.kernel((variables, args, chunk) => {
    const [top, rows, row, column, from, to, left] = variables.list("i32", 7);
    const four = variables.v128();
    const blocks = Array.from({ length: 4 }, () => new Totals(reduction, integers, variables));
    const pieces = i32.load(args, 12);
    const taken = (totals: Totals, offset: number): Code => [four.set(v128.load(from, offset)), totals.take(four)];
    const over = (totals: readonly Totals[]): Code => [
      totals.map((each) => each.reset()),
      from.set(i32.add(top, i32.shl(column, 2))),
      row.set(rows),
      loopWhile(row, [
        totals.map((each, at) => taken(each, 16 * at)),
        from.increase(i32.load(args, 28)),
        row.increase(-1),
      ]),
    ];
    const isDouble = i32.load(args, 36);
    const place = (size: number): Code =>
      i32.add(i32.load(args, 32), i32.shl(i32.add(i32.mul(chunk, i32.load(args, 8)), column), size));
    const stored = (totals: readonly Totals[]): Code =>
      when(
        isDouble,
        [
          to.set(place(3)),
          totals.map((each, at) => each.halves().map((half, part) => v128.store(to, half, 32 * at + 16 * part))),
        ],
        [to.set(place(2)), totals.map((each, at) => v128.store(to, each.rounded(), 16 * at))],
      );
    const storedSome = (totals: Totals): Code =>
      [0, 1, 2].map((index) =>
        when(
          i32.gtU(left, index),
          when(
            isDouble,
            f64.store(i32.add(place(3), 8 * index), totals.column(index)),
            f32.store(i32.add(place(2), 4 * index), f32.fromF64(totals.column(index))),
          ),
        ),
      );
    return [
      row.set(i32.mul(i32.remU(chunk, pieces), i32.load(args, 16))),
      rows.set(i32.minU(i32.sub(i32.load(args, 4), row), i32.load(args, 16))),
      top.set(
        i32.add(
          i32.add(i32.load(args, 20), i32.mul(i32.divU(chunk, pieces), i32.load(args, 24))),
          i32.mul(row, i32.load(args, 28)),
        ),
      ),
      left.set(i32.load(args, 8)),
      column.set(0),
      loopWhile(i32.geU(left, 16), [over(blocks), stored(blocks), column.increase(16), left.increase(-16)]),
      loopWhile(i32.geU(left, 4), [
        over(blocks.slice(0, 1)),
        stored(blocks.slice(0, 1)),
        column.increase(4),
        left.increase(-4),
      ]),
      when(left, [over(blocks.slice(0, 1)), storedSome(blocks[0])]),
    ];
  });
}

/** Totals of pieces, in order: arguments are groups, pieces a group, columns; doubles; result. */
export function buildPieces(_: Target, builder: ModuleBuilder, reduction: ReductionKind): void {
  builder.kernel((variables, args) => {
    const [group, column, piece, from] = variables.list("i32", 4);
    const [total, value] = [variables.f64(), variables.f64()];
    const [pieces, columns] = [i32.load(args, 4), i32.load(args, 8)];
    return [
      group.set(0),
      loopWhile(i32.ltU(group, i32.load(args)), [
        column.set(0),
        loopWhile(i32.ltU(column, columns), [
          from.set(i32.add(i32.load(args, 12), i32.shl(i32.add(i32.mul(i32.mul(group, pieces), columns), column), 3))),
          total.set(f64.const(startOf(reduction))),
          piece.set(pieces),
          loopWhile(piece, [
            value.set(f64.load(from)),
            combineScalars(reduction, total, value),
            from.increase(i32.shl(columns, 3)),
            piece.increase(-1),
          ]),
          f32.store(
            i32.add(i32.load(args, 16), i32.shl(i32.add(i32.mul(group, columns), column), 2)),
            f32.fromF64(total),
          ),
          column.increase(1),
        ]),
        group.increase(1),
      ]),
    ];
  });
}
