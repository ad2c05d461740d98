import { type Code, i32, type Local, loopWhile, memory, when } from "../assembler.js";
import { edgeBytes, emitDeepProduct, emitProduct } from "../gemm/product.js";
import type { ModuleBuilder, Variables } from "../module.js";
import { paddedRow, paddedRowOf } from "../padded-rows.js";
import type { Target } from "../target.js";
import { wordsOf } from "../words.js";
import { emitPairs, emitPairsGradient } from "./pairs.js";

/** The words of arguments of both ways, in order. */
const commonWords = [
  "rows",
  "columns",
  "pairs",
  "forms",
  "rowsOfChunk",
  "rowsOfBlock",
  "scratch",
  "scratchStride",
  "x",
  "coefficients",
  "coefficientsRow",
] as const;

/** The words of the way forward. */
export const forwardWords = [...commonWords, "result"] as const;

/** Those of the way back. */
export const backwardWords = [...commonWords, "received", "toX", "partial", "partialStride"] as const;

/** Bytes of scratch memory: edges of products, a row and its gradient, a block's rows of pairs. */
export const quadraticScratch = (columns: number, pairs: number, rowsOfBlock: number): number =>
  edgeBytes + 2 * paddedRow(columns) + rowsOfBlock * paddedRow(pairs);

/** The way of a chunk's rows, block by block. */
interface Blocks {
  readonly columns: Local;
  readonly pairs: Local;
  readonly forms: Local;
  /** The first row of a block, and how many it has. */
  readonly first: Local;
  readonly rows: Local;
  /** The scratch memory: edges, a row with zeros behind it, another, and the rows of pairs. */
  readonly edges: Local;
  readonly row: Local;
  readonly gradient: Local;
  readonly block: Local;
  readonly blockRow: Local;
  /** The address of a row of so many floats each in an operand. */
  readonly at: (base: Code, index: Code, columns: Code) => Code;
  /** Runs `body` for each block of the chunk. */
  readonly each: (body: Code) => Code;
  /** Runs `body` for each row of a block, whose elements stand in `row` by then. */
  readonly eachRow: (body: (index: Local, pairs: Code) => Code) => Code;
}

function blocksOf(
  variables: Variables,
  word: (name: (typeof commonWords)[number]) => Code,
  chunk: Local,
  thread: Local,
): Blocks {
  const [columns, pairs, forms, first, end, rows, index] = variables.list("i32", 7);
  const [edges, row, gradient, block, blockRow] = variables.list("i32", 5);
  const at = (base: Code, place: Code, width: Code): Code => i32.add(base, i32.shl(i32.mul(place, width), 2));
  return {
    columns,
    pairs,
    forms,
    first,
    rows,
    edges,
    row,
    gradient,
    block,
    blockRow,
    at,
    each: (body) => [
      columns.set(word("columns")),
      pairs.set(word("pairs")),
      forms.set(word("forms")),
      first.set(i32.mul(chunk, word("rowsOfChunk"))),
      end.set(i32.minU(i32.add(first, word("rowsOfChunk")), word("rows"))),
      edges.set(i32.add(word("scratch"), i32.mul(thread, word("scratchStride")))),
      row.set(i32.add(edges, edgeBytes)),
      gradient.set(i32.add(row, paddedRowOf(columns))),
      block.set(i32.add(gradient, paddedRowOf(columns))),
      blockRow.set(paddedRowOf(pairs)),
      memory.fill(row, 0, paddedRowOf(columns)),
      loopWhile(i32.ltU(first, end), [
        rows.set(i32.minU(i32.sub(end, first), word("rowsOfBlock"))),
        body,
        first.increase(rows),
      ]),
    ],
    eachRow: (body) => [
      index.set(0),
      loopWhile(i32.ltU(index, rows), [
        memory.copy(row, at(word("x"), i32.add(first, index), columns), i32.shl(columns, 2)),
        body(index, i32.add(block, i32.mul(index, blockRow))),
        index.increase(1),
      ]),
    ],
  };
}

/** Quadratic forms of rows: products of a block's pairs, which stay in the second cache, with the coefficients `[P, K]`. */
export function buildForward(target: Target, builder: ModuleBuilder): void {
  const product = emitDeepProduct(target, builder);
  const pairsOf = emitPairs(builder);
  builder.kernel((variables, args, chunk, thread) => {
    const word = wordsOf(args, forwardWords);
    const { columns, pairs, forms, first, rows, edges, row, block, blockRow, at, each, eachRow } = blocksOf(
      variables,
      word,
      chunk,
      thread,
    );
    return each([
      eachRow((_, to) => pairsOf(row, columns, to)),
      product(
        block,
        blockRow,
        4,
        word("coefficients"),
        word("coefficientsRow"),
        at(word("result"), first, forms),
        i32.shl(forms, 2),
        rows,
        forms,
        pairs,
        0,
        edges,
      ),
    ]);
  });
}

/**
 * The way back: of x through what a block's pairs received, its product with the coefficients `[K, P]`; and the chunk's
 * share of the coefficients' gradient `[P, K]`. `toX` or `partial` is 0 where it is not wanted.
 */
export function buildBackward(target: Target, builder: ModuleBuilder): void {
  const deepProduct = emitDeepProduct(target, builder);
  const product = emitProduct(target, builder);
  const pairsOf = emitPairs(builder);
  const gradientOf = emitPairsGradient(target, builder);
  builder.kernel((variables, args, chunk, thread) => {
    const word = wordsOf(args, backwardWords);
    const { columns, pairs, forms, first, rows, edges, row, gradient, block, blockRow, at, each, eachRow } = blocksOf(
      variables,
      word,
      chunk,
      thread,
    );
    const accumulate = variables.i32();
    const formsRow = i32.shl(forms, 2);
    const received = at(word("received"), first, forms);
    const toRows = [
      deepProduct(
        received,
        formsRow,
        4,
        word("coefficients"),
        word("coefficientsRow"),
        block,
        blockRow,
        rows,
        pairs,
        forms,
        0,
        edges,
      ),
      eachRow((index, given) => [
        gradientOf(row, columns, given, gradient),
        memory.copy(at(word("toX"), i32.add(first, index), columns), gradient, i32.shl(columns, 2)),
      ]),
    ];
    const toCoefficients = [
      eachRow((_, to) => pairsOf(row, columns, to)),
      product(
        block,
        4,
        blockRow,
        received,
        formsRow,
        i32.add(word("partial"), i32.mul(chunk, word("partialStride"))),
        formsRow,
        pairs,
        forms,
        rows,
        accumulate,
        edges,
      ),
      accumulate.set(1),
    ];
    return [accumulate.set(0), each([when(word("toX"), toRows), when(word("partial"), toCoefficients)])];
  });
}
