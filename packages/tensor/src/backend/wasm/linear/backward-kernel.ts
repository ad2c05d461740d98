import { type Code, f32x4, i32, type Local, loopWhile, memory, v128, when } from "../assembler.js";
import { edgeBytes, emitDeepProduct, emitProduct } from "../gemm/product.js";
import { storeLanes } from "../lanes.js";
import type { ModuleBuilder } from "../module.js";
import { paddedRow, paddedRowOf } from "../padded-rows.js";
import type { Target } from "../target.js";
import { wordsOf } from "../words.js";

/** The words of arguments, in order. */
export const backwardWords = [
  "rows",
  "inputs",
  "outputs",
  "rowsOfChunk",
  "received",
  "result",
  "slope",
  "x",
  "weight",
  "weightRow",
  "toX",
  "partial",
  "partialStride",
  "scratch",
  "scratchStride",
] as const;

/** Rows that go through the products at once: what is made of them stays in the first caches. */
const blockRows = 128;

/** Bytes of scratch memory: edges of products, a block's gradients before the activation, and its rows of x. */
export const backwardScratch = (inputs: number, outputs: number): number =>
  edgeBytes + blockRows * (paddedRow(outputs) + 4 * inputs) + 64;

/** Floats of a chunk's share of the gradients: of the weight `[out, in]`, then of the bias. */
export const partialFloats = (inputs: number, outputs: number): number => outputs * inputs + outputs + 16;

/**
 * The way back through `linear` for a chunk of rows, block by block: what the result received, times the slope where the
 * result is not positive; its products with the weight (the gradient of x) and with x (the chunk's share of that of the
 * weight), and its column sums (of that of the bias).
 */
export function buildBackward(target: Target, builder: ModuleBuilder): void {
  const deepProduct = emitDeepProduct(target, builder);
  const product = emitProduct(target, builder);
  builder.kernel((variables, args, chunk, thread) => {
    const word = wordsOf(args, backwardWords);
    const [first, end, row, rows, inputs, outputs, left, given, result, to, total] = variables.list("i32", 11);
    const [scratch, gradients, gradientRow, x, partial, totals, accumulate] = variables.list("i32", 7);
    const [slope, vector] = variables.list("v128", 2);
    const rowOf = (base: Code, columns: Local): Code => i32.add(base, i32.shl(i32.mul(first, columns), 2));
    const one = (isWhole: boolean): Code => [
      vector.set(v128.load(given)),
      vector.set(v128.bitSelect(vector, f32x4.mul(vector, slope), f32x4.gt(v128.load(result), target.constant(0)))),
      isWhole ? v128.store(to, vector) : storeLanes(to, vector, left),
      vector.set(f32x4.add(v128.load(total), vector)),
      isWhole ? v128.store(total, vector) : storeLanes(total, vector, left),
    ];
    const oneRow: Code = [
      to.set(i32.add(gradients, i32.mul(row, gradientRow))),
      total.set(totals),
      left.set(outputs),
      loopWhile(i32.geU(left, 4), [
        one(true),
        [given, result, to, total].map((pointer) => pointer.increase(16)),
        left.increase(-4),
      ]),
      when(left, [one(false), [given, result].map((pointer) => pointer.increase(i32.shl(left, 2)))]),
    ];
    return [
      inputs.set(word("inputs")),
      outputs.set(word("outputs")),
      slope.set(v128.load32Splat(args, 4 * backwardWords.indexOf("slope"))),
      gradientRow.set(paddedRowOf(outputs)),
      scratch.set(i32.add(word("scratch"), i32.mul(thread, word("scratchStride")))),
      gradients.set(i32.add(scratch, edgeBytes)),
      x.set(i32.add(gradients, i32.mul(blockRows, gradientRow))),
      partial.set(i32.add(word("partial"), i32.mul(chunk, word("partialStride")))),
      totals.set(i32.add(partial, i32.shl(i32.mul(outputs, inputs), 2))),
      memory.fill(totals, 0, i32.shl(outputs, 2)),
      first.set(i32.mul(chunk, word("rowsOfChunk"))),
      end.set(i32.minU(i32.add(first, word("rowsOfChunk")), word("rows"))),
      accumulate.set(0),
      loopWhile(i32.ltU(first, end), [
        rows.set(i32.minU(i32.sub(end, first), blockRows)),
        given.set(rowOf(word("received"), outputs)),
        result.set(rowOf(word("result"), outputs)),
        row.set(0),
        loopWhile(i32.ltU(row, rows), [oneRow, row.increase(1)]),
        // Brought together by one copy, which memory is quicker with than with the columns of a product.
        memory.copy(x, rowOf(word("x"), inputs), i32.mul(rows, i32.shl(inputs, 2))),
        when(
          word("toX"),
          deepProduct(
            gradients,
            gradientRow,
            4,
            word("weight"),
            word("weightRow"),
            rowOf(word("toX"), inputs),
            i32.shl(inputs, 2),
            rows,
            inputs,
            outputs,
            0,
            scratch,
          ),
        ),
        product(
          gradients,
          4,
          gradientRow,
          x,
          i32.shl(inputs, 2),
          partial,
          i32.shl(inputs, 2),
          outputs,
          inputs,
          rows,
          accumulate,
          scratch,
        ),
        accumulate.set(1),
        first.increase(rows),
      ]),
    ];
  });
}
