import { type Code, f32x4, i32, loopWhile, memory, v128, when } from "../assembler.js";
import { lanesBelow } from "../lanes.js";
import type { Callable, ModuleBuilder } from "../module.js";
import { madd, type Target } from "../target.js";

/**
 * The products of all pairs of a row's elements, each pair once, `(0, 0), (0, 1), ... (1, 1), ...`: arguments row, its
 * length, and where to. What stands up to three floats behind them is overwritten.
 */
export function emitPairs(builder: ModuleBuilder): Callable {
  return builder.func(["i32", "i32", "i32"], [], (variables, row, length, to) => {
    const [left, right, end] = variables.list("i32", 3);
    const factor = variables.v128();
    return [
      left.set(row),
      end.set(i32.add(row, i32.shl(length, 2))),
      loopWhile(i32.ltU(left, end), [
        factor.set(v128.load32Splat(left)),
        right.set(left),
        loopWhile(i32.ltU(right, end), [
          v128.store(to, f32x4.mul(factor, v128.load(right))),
          right.increase(16),
          to.increase(16),
        ]),
        to.increase(i32.sub(end, right)),
        left.increase(4),
      ]),
    ];
  });
}

/**
 * Their derivative: arguments row (zeros behind it), its length, what the pairs received, and where to: to each element of
 * a pair what the pair received times the other. Up to three floats behind are overwritten.
 */
export function emitPairsGradient(target: Target, builder: ModuleBuilder): Callable {
  const turned = (vector: Code, bytes: readonly number[]): Code =>
    f32x4.add(vector, v128.shuffle(vector, vector, bytes));
  return builder.func(["i32", "i32", "i32", "i32"], [], (variables, row, length, received, to) => {
    const [left, right, sum, end, rest] = variables.list("i32", 5);
    const [factor, part, dot] = variables.list("v128", 3);
    // Both shares at once: to the left element by a product over the row, to the right ones by an update.
    const both = (given: Code): Code => [
      part.set(given),
      dot.set(madd(target, part, v128.load(right), dot)),
      v128.store(sum, madd(target, part, factor, v128.load(sum))),
    ];
    return [
      memory.fill(to, 0, i32.shl(length, 2)),
      left.set(row),
      end.set(i32.add(row, i32.shl(length, 2))),
      loopWhile(i32.ltU(left, end), [
        factor.set(v128.load32Splat(left)),
        dot.set(target.constant(0)),
        right.set(left),
        sum.set(i32.add(to, i32.sub(left, row))),
        rest.set(i32.shrU(i32.sub(end, left), 2)),
        loopWhile(i32.geU(rest, 4), [
          both(v128.load(received)),
          [right, sum, received].map((pointer) => pointer.increase(16)),
          rest.increase(-4),
        ]),
        when(rest, [both(v128.and(v128.load(received), lanesBelow(rest))), received.increase(i32.shl(rest, 2))]),
        dot.set(turned(dot, [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7])),
        dot.set(turned(dot, [4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3])),
        sum.set(i32.add(to, i32.sub(left, row))),
        v128.store32Lane(sum, f32x4.add(v128.load(sum), dot), 0),
        left.increase(4),
      ]),
    ];
  });
}
