import { type Code, f32x4, f64, f64x2, i32, type Local, loopWhile, v128, when } from "./assembler.js";
import { finiteOrZero, lanesBelow, storeLanes } from "./lanes.js";
import { exp } from "./math/exponential.js";
import { log } from "./math/logarithm.js";
import type { ModuleBuilder } from "./module.js";
import { holdConstants, type Target } from "./target.js";
import { Totals } from "./totals.js";

/** What is made of the exponentials along an axis: shares of their sum, the logarithms of the shares, or that of the sum. */
export type SoftmaxKind = "softmax" | "logSoftmax" | "logSumExp";

/** Vectors of a row that are worked on together: what one waits for, the others fill. */
const vectorsTogether = 4;

/** Along rows: arguments are rows, their length, rows a chunk, x, and where to. */
export function buildSoftmaxRows(target: Target, builder: ModuleBuilder, kind: SoftmaxKind): void {
  builder.kernel((variables, args, chunk) => {
    const { held, load: loadConstants } = holdConstants(target, variables);
    const [row, end, length, from, to, left, start] = variables.list("i32", 7);
    const [largest, four, mask, share] = variables.list("v128", 4);
    const together = variables.list("v128", vectorsTogether);
    const total = new Totals("sum", false, variables);
    const lowest = held.constant(Number.NEGATIVE_INFINITY);
    /** Goes along the row: vectors, then the lanes that are left, in the others of which `lowest` stands. */
    const along = (body: (isWhole: boolean) => Code, advanced: readonly Local[], several?: Code): Code => {
      const turns = (count: number, turn: Code): Code =>
        loopWhile(i32.geU(left, 4 * count), [
          turn,
          advanced.map((pointer) => pointer.increase(16 * count)),
          left.increase(-4 * count),
        ]);
      return [
        left.set(length),
        several ? turns(vectorsTogether, several) : [],
        turns(1, [four.set(v128.load(from)), body(true)]),
        when(left, [mask.set(lanesBelow(left)), four.set(v128.bitSelect(v128.load(from), lowest, mask)), body(false)]),
      ];
    };
    const each = (body: (vector: Local, at: number) => Code): Code => together.map(body);
    const joined = (join: (a: Code, b: Code) => Code): Code =>
      join(join(together[0], together[1]), join(together[2], together[3]));
    const power = (x: Code): Code => exp(held, variables, f32x4.sub(x, largest));
    const stored = (isWhole: boolean): Code => (isWhole ? v128.store(to, four) : storeLanes(to, four, left));
    const taken = (isWhole: boolean): Code => [
      four.set(power(four)),
      isWhole ? [] : four.set(v128.and(four, mask)),
      total.take(four),
    ];
    // Of four powers the sum loses less than each of them has lost, and but one vector is made doubles of.
    const takenTogether = [
      each((vector, at) => vector.set(power(v128.load(from, 16 * at)))),
      four.set(joined(f32x4.add)),
      total.take(four),
    ];
    const address = (word: number): Code => i32.add(i32.load(args, word), i32.shl(i32.mul(row, length), 2));
    const turned = (bytes: readonly number[]): Code => f32x4.pmax(largest, v128.shuffle(largest, largest, bytes));
    const sum = [0, 1, 2, 3].map((index) => total.column(index)).reduce((a, b) => f64.add(a, b));
    /** A double in all lanes of `share`. */
    const spread = (number: Code): Code => [
      share.set(f32x4.fromF64Zero(f64x2.splat(number))),
      share.set(v128.shuffle(share, share, [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3])),
    ];
    const finish = {
      softmax: () => [
        to.set(address(16)),
        along((isWhole) => [taken(isWhole), stored(isWhole)], [from, to]),
        spread(f64.div(f64.const(1), sum)),
        from.set(address(16)),
        to.set(from),
        along((isWhole) => [four.set(f32x4.mul(four, share)), stored(isWhole)], [from, to]),
      ],
      logSoftmax: () => [
        along(taken, [from], takenTogether),
        spread(sum),
        share.set(log(target, variables, share)),
        from.set(start),
        to.set(address(16)),
        along((isWhole) => [four.set(f32x4.sub(f32x4.sub(four, largest), share)), stored(isWhole)], [from, to]),
      ],
      logSumExp: () => [
        // A shift by an infinite maximum would make NaN of a sum that has a logarithm.
        largest.set(finiteOrZero(held, largest)),
        along(taken, [from], takenTogether),
        spread(sum),
        v128.store32Lane(
          i32.add(i32.load(args, 16), i32.shl(row, 2)),
          f32x4.add(log(target, variables, share), largest),
          0,
        ),
      ],
    } satisfies Record<SoftmaxKind, () => Code>;
    const body = [
      length.set(i32.load(args, 4)),
      row.set(i32.mul(chunk, i32.load(args, 8))),
      end.set(i32.minU(i32.add(row, i32.load(args, 8)), i32.load(args))),
      loopWhile(i32.ltU(row, end), [
        from.set(address(12)),
        start.set(from),
        largest.set(lowest),
        each((vector) => vector.set(lowest)),
        along(
          () => largest.set(f32x4.pmax(largest, four)),
          [from],
          each((vector, at) => vector.set(f32x4.pmax(vector, v128.load(from, 16 * at)))),
        ),
        largest.set(f32x4.pmax(largest, joined(f32x4.pmax))),
        largest.set(turned([8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7])),
        largest.set(turned([4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11])),
        from.set(start),
        total.reset(),
        finish[kind](),
        row.increase(1),
      ]),
    ];
    return [loadConstants(), body];
  });
}
