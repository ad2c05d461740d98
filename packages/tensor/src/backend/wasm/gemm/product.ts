import { type Code, i32, loopWhile, select, when } from "../assembler.js";
import type { Callable, ModuleBuilder } from "../module.js";
import type { Target } from "../target.js";
import { panelVectors } from "./pack.js";
import { emitTile, tileRows } from "./tile.js";

/** Bytes of scratch memory that a product needs, for tiles over the edge. */
export const edgeBytes = 8 * 48;

/** Stands for the row stride of a packed matrix. */
export const packed = -1;

/** Rows of k that go through a tile at once: panels of B stay in the first cache. */
export const depth = 256;

/**
 * `C[m, n] (+)= A[m, k] B[k, n]` for k from 1 to `depth`, B packed, or read as it is: arguments a, its row and column
 * stride, b, the stride of its rows (`packed` where it is), c, its row stride (in bytes), m, n, k,
 * whether to add to what C holds, and scratch memory of `edgeBytes`. An element's sum goes through k in order, wherever
 * the element stands.
 */
export function emitProduct(target: Target, builder: ModuleBuilder): Callable {
  const kernels = [1, 2, 3].map((vectors) =>
    Array.from({ length: tileRows(target, vectors) }, (_, row) => emitTile(target, builder, row + 1, vectors)),
  );
  return builder.func(
    ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"],
    [],
    (variables, a, aRow, aStep, b, bRow, c, cRow, m, n, k, accumulate, scratch) => {
      const [left, vectors, columns, rows, from, to, step, count, place, stride, at] = variables.list("i32", 11);
      /** Dispatches to the tile of these vectors with the most rows that are left. */
      const tiles = (of: number): Code => {
        const ofRows = kernels[of - 1];
        const run = (row: number): Code => [
          count.set(row),
          ofRows[row - 1](from, aRow, aStep, b, step, place, stride, k, accumulate),
        ];
        const whole = ofRows.length;
        return choose(rows, whole, run);
      };
      const isEdge = i32.ltU(columns, i32.shl(vectors, 2));
      const inEdge = (body: Code): Code => [
        at.set(0),
        loopWhile(i32.ltU(at, i32.mul(count, columns)), [body, at.increase(1)]),
      ];
      const edgeElement = i32.add(
        scratch,
        i32.shl(i32.add(i32.mul(i32.divU(at, columns), i32.shl(vectors, 2)), i32.remU(at, columns)), 2),
      );
      const outputElement = i32.add(
        i32.add(to, i32.mul(i32.divU(at, columns), cRow)),
        i32.shl(i32.remU(at, columns), 2),
      );
      const rowsOf = select(
        i32.eq(vectors, 3),
        tileRows(target, 3),
        select(i32.eq(vectors, 2), tileRows(target, 2), tileRows(target, 1)),
      );
      return [
        left.set(n),
        loopWhile(left, [
          vectors.set(panelVectors(target, left)),
          columns.set(i32.minU(left, i32.shl(vectors, 2))),
          step.set(select(i32.eq(bRow, packed), i32.shl(vectors, 4), bRow)),
          from.set(a),
          to.set(i32.add(c, i32.shl(i32.sub(n, left), 2))),
          rows.set(m),
          loopWhile(rows, [
            place.set(to),
            stride.set(cRow),
            when(isEdge, [
              place.set(scratch),
              stride.set(i32.shl(vectors, 4)),
              count.set(i32.minU(rows, rowsOf)),
              when(accumulate, inEdge(i32.store(edgeElement, i32.load(outputElement)))),
            ]),
            when(i32.eq(vectors, 3), tiles(3), when(i32.eq(vectors, 2), tiles(2), tiles(1))),
            when(isEdge, inEdge(i32.store(outputElement, i32.load(edgeElement)))),
            from.increase(i32.mul(count, aRow)),
            to.increase(i32.mul(count, cRow)),
            rows.set(i32.sub(rows, count)),
          ]),
          b.increase(i32.mul(i32.shl(vectors, 4), select(i32.eq(bRow, packed), k, 1))),
          left.set(i32.sub(left, columns)),
        ]),
      ];
    },
  );
}

/** Runs the largest of 1 to `whole` that is not above `rows`. */
function choose(rows: Code, whole: number, run: (row: number) => Code): Code {
  return whole === 1 ? run(1) : when(i32.geU(rows, whole), run(whole), choose(rows, whole - 1, run));
}

/**
 * The same for any k from 1, B packed `depth` rows at a time: arguments a, its row and column stride, packed b, bytes of
 * its rows, c, its row stride, m, n, k, whether to add to what C holds, and scratch memory.
 */
export function emitDeepProduct(target: Target, builder: ModuleBuilder): Callable {
  const product = emitProduct(target, builder);
  return builder.func(
    ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"],
    [],
    (variables, a, aRow, aStep, b, bRow, c, cRow, m, n, k, accumulate, scratch) => {
      const deep = variables.i32();
      return loopWhile(k, [
        deep.set(i32.minU(k, depth)),
        product(a, aRow, aStep, b, packed, c, cRow, m, n, deep, accumulate, scratch),
        a.increase(i32.mul(deep, aStep)),
        b.increase(i32.mul(deep, bRow)),
        accumulate.set(1),
        k.set(i32.sub(k, deep)),
      ]);
    },
  );
}
