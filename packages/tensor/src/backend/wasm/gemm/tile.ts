import { type Code, i32, repeatWhile, v128, when } from "../assembler.js";
import type { Callable, ModuleBuilder } from "../module.js";
import { madd, type Target } from "../target.js";

/** Floats of a vector. */
export const lanes = 4;

/** Rows that a tile of so many vectors has: as many as the sums, B and splats of A leave in registers. */
export const tileRows = ({ wideTiles }: Target, vectors: number): number => {
  if (vectors === 3) return 3;
  if (vectors === 2) return wideTiles ? 6 : 4;
  return wideTiles ? 8 : 6;
};

/**
 * `C[rows, 4 vectors] (+)= A[rows, k] B[k, 4 vectors]`, k from 1: arguments a, its row and column stride, b, its row
 * stride, c, its row stride (all in bytes), k, and whether to add to what C holds. Sums go through k in order. A store
 * comes after all loads.
 */
export function emitTile(target: Target, builder: ModuleBuilder, rows: number, vectors: number): Callable {
  return builder.func(
    ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"],
    [],
    (variables, a, aRow, aStep, b, bStep, c, cRow, k, accumulate) => {
      const sums = Array.from({ length: rows }, () => variables.list("v128", vectors));
      const right = variables.list("v128", vectors);
      const left = variables.list("i32", rows);
      const to = variables.i32();
      const splat = variables.v128();
      const eachRow = (body: (row: number) => Code): Code => [
        to.set(c),
        sums.map((_, row) => [body(row), row < rows - 1 ? to.increase(cRow) : []]),
      ];
      return [
        left.map((pointer, row) => pointer.set(row === 0 ? a : i32.add(left[row - 1], aRow))),
        when(
          accumulate,
          eachRow((row) => sums[row].map((sum, at) => sum.set(v128.load(to, 16 * at)))),
          sums.flat().map((sum) => sum.set(target.constant(0))),
        ),
        repeatWhile(
          [
            right.map((vector, at) => vector.set(v128.load(b, 16 * at))),
            sums.map((ofRow, row) => [
              splat.set(v128.load32Splat(left[row])),
              ofRow.map((sum, at) => sum.set(madd(target, splat, right[at], sum))),
            ]),
            left.map((pointer) => pointer.increase(aStep)),
            b.increase(bStep),
            k.increase(-1),
          ],
          k,
        ),
        eachRow((row) => sums[row].map((sum, at) => v128.store(to, sum, 16 * at))),
      ];
    },
  );
}
