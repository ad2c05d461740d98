import type { Layout } from "../../../layout.js";
import { i32, loopWhile } from "../assembler.js";
import type { Machine } from "../machine.js";
import type { ModuleBuilder } from "../module.js";
import type { Target } from "../target.js";
import { emitPack, paddedColumns } from "./pack.js";
import { depth, edgeBytes, emitProduct, packed } from "./product.js";

/** Multiply-adds that are worth a hand-over to another thread. */
const workOfChunk = 300_000;
/** The most multiply-adds and columns of products that a thread does one after the other. */
const mostWork = 1_000_000;
const mostColumns = 512;
/** From this length of k on a product may be cut along it, and then adds in another order. */
const long = 4 * depth;

/**
 * Arguments: a and its strides (from product to product, row, column), b and its strides, c; m, n, k; products, products a
 * chunk; scratch and its stride by thread. Each product packs its own b.
 */
function buildBatch(target: Target, builder: ModuleBuilder): void {
  const pack = emitPack(target, builder);
  const product = emitProduct(target, builder);
  builder.kernel((variables, args, chunk, thread) => {
    const [index, end, from, deep, scratch, panels, panelsEnd, a, b, c] = variables.list("i32", 10);
    const word = (at: number) => i32.load(args, 4 * at);
    const [m, n, k] = [9, 10, 11].map(word);
    const rowBytes = i32.shl(n, 2);
    return [
      scratch.set(i32.add(word(14), i32.mul(thread, word(15)))),
      panels.set(i32.add(scratch, edgeBytes)),
      index.set(i32.mul(chunk, word(13))),
      end.set(i32.minU(i32.add(index, word(13)), word(12))),
      loopWhile(i32.ltU(index, end), [
        a.set(i32.add(word(0), i32.mul(index, word(1)))),
        b.set(i32.add(word(4), i32.mul(index, word(5)))),
        c.set(i32.add(word(8), i32.mul(index, i32.mul(m, rowBytes)))),
        from.set(0),
        loopWhile(i32.ltU(from, k), [
          deep.set(i32.minU(i32.sub(k, from), depth)),
          panelsEnd.set(pack(b, word(6), word(7), deep, n, panels)),
          product(a, word(2), word(3), panels, packed, c, rowBytes, m, n, deep, from, scratch),
          a.increase(i32.mul(deep, word(3))),
          b.increase(i32.mul(deep, word(6))),
          from.increase(deep),
        ]),
        index.increase(1),
      ]),
    ];
  });
}

/** Matrices one after the other in linear memory: where the first stands and, in elements, `[product, row, column]`. */
export interface Batch {
  readonly address: number;
  readonly layout: Layout;
}

/** Whether products of this size are worth running many to a chunk, instead of one after the other over all threads. */
export const isSmall = (m: number, n: number, k: number): boolean =>
  m * n * k <= mostWork && n <= mostColumns && k < long;

/** `[count, m, k] x [count, k, n]` to row-major `c`; of b one of the last two strides is 1. */
export function multiplySmall(machine: Machine, a: Batch, b: Batch, c: number): void {
  const [count, m, k] = a.layout.shape;
  const n = b.layout.shape[2];
  const scratch = machine.scratch(edgeBytes + 4 * depth * paddedColumns(n));
  const perChunk = Math.max(1, Math.round(workOfChunk / (m * n * k)));
  const operands = [a, b].flatMap(({ address, layout: { offset, strides, shape } }) => [
    address + 4 * offset,
    4 * strides[0],
    4 * strides[1],
    // The stride of an axis of length 1 may be anything; packing knows two kinds.
    shape[2] === 1 ? 4 : 4 * strides[2],
  ]);
  const words = [...operands, c, m, n, k, count, perChunk, scratch.address, scratch.stride];
  machine.launch(machine.kernel("gemm batch", buildBatch), words, Math.ceil(count / perChunk));
}
