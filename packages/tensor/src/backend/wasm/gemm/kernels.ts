import { type Code, f32x4, i32, loopWhile, v128, when } from "../assembler.js";
import { storeLanes } from "../lanes.js";
import type { Callable, ModuleBuilder } from "../module.js";
import type { Target } from "../target.js";
import { emitPack } from "./pack.js";
import { depth, edgeBytes, emitProduct, packed } from "./product.js";

/** Rows of A that stay in the second cache, `depth` deep. */
export const mostRows = 120;
/** Rows of k at a time where B is read as it is: more of them would drive each other from the first cache. */
const pieceDepth = 128;

/** Copies `deep` runs of `count` floats, `step` bytes apart, to runs `toStep` bytes apart. */
function emitGather(builder: ModuleBuilder): Callable {
  return builder.func(
    ["i32", "i32", "i32", "i32", "i32", "i32"],
    [],
    (variables, from, step, count, deep, to, toStep) => {
      const at = variables.i32();
      return loopWhile(deep, [
        at.set(0),
        loopWhile(i32.ltU(at, i32.shl(count, 2)), [
          v128.store(i32.add(to, at), v128.load(i32.add(from, at))),
          at.increase(16),
        ]),
        from.increase(step),
        to.increase(toStep),
        deep.increase(-1),
      ]);
    },
  );
}

/** Adds a bias to rows, and multiplies what is not positive then by a slope: c, its row stride, bias, rows, columns, where the slope stands. */
function emitFinish(target: Target, builder: ModuleBuilder): Callable {
  return builder.func(["i32", "i32", "i32", "i32", "i32", "i32"], [], (variables, c, cRow, bias, rows, columns, at) => {
    const [to, from, left] = variables.list("i32", 3);
    const [slope, vector] = variables.list("v128", 2);
    const finished: Code = [
      vector.set(f32x4.add(v128.load(to), v128.load(from))),
      vector.set(v128.bitSelect(vector, f32x4.mul(vector, slope), f32x4.gt(vector, target.constant(0)))),
    ];
    return [
      slope.set(v128.load32Splat(at)),
      loopWhile(rows, [
        to.set(c),
        from.set(bias),
        left.set(columns),
        loopWhile(i32.geU(left, 4), [
          finished,
          v128.store(to, vector),
          to.increase(16),
          from.increase(16),
          left.increase(-4),
        ]),
        when(left, [finished, storeLanes(to, vector, left)]),
        c.increase(cRow),
        rows.increase(-1),
      ]),
    ];
  });
}

/** Arguments: b, its strides, k, n, columns a block, blocks, where to, packed bytes a row of k. A chunk: `depth` rows of a block. */
export function buildPack(target: Target, builder: ModuleBuilder): void {
  const pack = emitPack(target, builder);
  builder.kernel((variables, args, chunk) => {
    const [first, rows, column, columns, from, to] = variables.list("i32", 6);
    const word = (index: number) => i32.load(args, 4 * index);
    return [
      first.set(i32.mul(i32.divU(chunk, word(6)), depth)),
      rows.set(i32.minU(i32.sub(word(3), first), depth)),
      column.set(i32.mul(i32.remU(chunk, word(6)), word(5))),
      columns.set(i32.minU(i32.sub(word(4), column), word(5))),
      from.set(i32.add(word(0), i32.add(i32.mul(first, word(1)), i32.mul(column, word(2))))),
      to.set(i32.add(word(7), i32.add(i32.mul(first, word(8)), i32.shl(i32.mul(column, rows), 2)))),
      to.set(pack(from, word(1), word(2), rows, columns, to)),
    ];
  });
}

/**
 * Arguments: a and its strides; packed b and bytes of its rows, or b and its row stride; c and its row stride; m, n, k;
 * rows and columns of a block, blocks a row of blocks; scratch and its stride by thread; a bias by column and the bits of
 * the slope of what is not positive, or 0 for neither. A chunk is a block of C.
 */
export function buildBlocks(target: Target, builder: ModuleBuilder, isPacked: boolean, gathersA: boolean): void {
  const product = emitProduct(target, builder);
  const gather = emitGather(builder);
  const finish = emitFinish(target, builder);
  builder.kernel((variables, args, chunk, thread) => {
    const [row, column, rows, columns, from, a, b, c, deep, accumulate, scratch] = variables.list("i32", 11);
    const block = i32.add(a, i32.mul(from, i32.load(args, 8)));
    const gathered = i32.add(scratch, edgeBytes);
    const word = (index: number) => i32.load(args, 4 * index);
    return [
      row.set(i32.mul(i32.divU(chunk, word(12)), word(10))),
      column.set(i32.mul(i32.remU(chunk, word(12)), word(11))),
      rows.set(i32.minU(i32.sub(word(7), row), word(10))),
      columns.set(i32.minU(i32.sub(word(8), column), word(11))),
      a.set(i32.add(word(0), i32.mul(row, word(1)))),
      c.set(i32.add(i32.add(word(5), i32.mul(row, word(6))), i32.shl(column, 2))),
      scratch.set(i32.add(word(13), i32.mul(thread, word(14)))),
      from.set(0),
      accumulate.set(0),
      loopWhile(i32.ltU(from, word(9)), [
        deep.set(i32.minU(i32.sub(word(9), from), depth)),
        b.set(i32.add(word(3), i32.mul(from, word(4)))),
        b.increase(isPacked ? i32.mul(i32.shl(column, 2), deep) : i32.shl(column, 2)),
        gathersA ? gather(block, word(2), rows, deep, gathered, 4 * mostRows) : [],
        product(
          gathersA ? gathered : block,
          word(1),
          gathersA ? 4 * mostRows : word(2),
          b,
          isPacked ? packed : word(4),
          c,
          word(6),
          rows,
          columns,
          deep,
          accumulate,
          scratch,
        ),
        accumulate.set(1),
        from.increase(depth),
      ]),
      when(word(15), finish(c, word(6), i32.add(word(15), i32.shl(column, 2)), rows, columns, i32.add(args, 64))),
    ];
  });
}

/**
 * Arguments: a and its strides; b and its row stride; partial results; m, n, k, rows of k a piece; scratch and its stride
 * by thread. A chunk is a piece of k, whose product goes to a partial result of its own.
 */
export function buildPieces(target: Target, builder: ModuleBuilder): void {
  const product = emitProduct(target, builder);
  builder.kernel((variables, args, chunk, thread) => {
    const [from, end, deep, accumulate, c] = variables.list("i32", 5);
    const word = (index: number) => i32.load(args, 4 * index);
    const rowBytes = i32.shl(word(7), 2);
    return [
      from.set(i32.mul(chunk, word(9))),
      end.set(i32.minU(i32.add(from, word(9)), word(8))),
      c.set(i32.add(word(5), i32.mul(chunk, i32.mul(word(6), rowBytes)))),
      accumulate.set(0),
      loopWhile(i32.ltU(from, end), [
        deep.set(i32.minU(i32.sub(end, from), pieceDepth)),
        product(
          i32.add(word(0), i32.mul(from, word(2))),
          word(1),
          word(2),
          i32.add(word(3), i32.mul(from, word(4))),
          word(4),
          c,
          rowBytes,
          word(6),
          word(7),
          deep,
          accumulate,
          i32.add(word(10), i32.mul(thread, word(11))),
        ),
        accumulate.set(1),
        from.increase(pieceDepth),
      ]),
    ];
  });
}
