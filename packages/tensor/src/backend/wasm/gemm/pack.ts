import { type Code, i32, type Local, loopWhile, select, v128, when } from "../assembler.js";
import type { Callable, ModuleBuilder } from "../module.js";
import type { Target } from "../target.js";
import { storeTransposed } from "../transpose.js";
import { lanes } from "./tile.js";

/** The most vectors that a panel is wide. */
const widest = ({ wideTiles }: Target): number => (wideTiles ? 2 : 3);

/**
 * How many vectors the next panel is wide, where `left` columns are left: the widest, but two panels of 8 where one of 12
 * would leave 4.
 */
export function panelVectors(target: Target, left: Local): Code {
  const most = i32.minU(i32.shrU(i32.add(left, lanes - 1), 2), widest(target));
  return widest(target) === 2 ? most : select(i32.eq(left, 16), 2, most);
}

/** Columns that a packed matrix of n columns has: the last panel is of whole vectors. */
export const paddedColumns = (n: number): number => Math.ceil(n / lanes) * lanes;

/**
 * Packs `B[k, n]` into panels of whole vectors, k rows one behind the other in each: arguments b, its row and column
 * stride in bytes, one of which is 4; k, n, and where to. Columns beyond n hold anything. Returns the end.
 */
export function emitPack(target: Target, builder: ModuleBuilder): Callable {
  return builder.func(["i32", "i32", "i32", "i32", "i32", "i32"], ["i32"], (variables, b, row, column, k, n, to) => {
    const [left, width, from, place, rest, group] = variables.list("i32", 6);
    const lines = variables.list("v128", 4);
    const sources = variables.list("i32", 4);
    // A column beyond the last is read where the last one stands: its row may be the end of the memory.
    const sourceOf = (at: number): Code => i32.add(b, i32.mul(i32.minU(i32.add(group, at), i32.sub(n, 1)), column));
    const wholeRows: Code = [
      from.set(i32.add(b, i32.shl(i32.sub(n, left), 2))),
      place.set(to),
      rest.set(k),
      loopWhile(rest, [
        v128.store(place, v128.load(from)),
        when(i32.geU(width, 32), v128.store(place, v128.load(from, 16), 16)),
        when(i32.geU(width, 48), v128.store(place, v128.load(from, 32), 32)),
        from.increase(row),
        place.increase(width),
        rest.increase(-1),
      ]),
    ];
    const turned: Code = [
      group.set(i32.sub(n, left)),
      place.set(to),
      loopWhile(i32.ltU(place, i32.add(to, width)), [
        sources.map((source, at) => source.set(sourceOf(at))),
        from.set(place),
        rest.set(k),
        loopWhile(i32.geU(rest, 4), [
          lines.map((line, at) => line.set(v128.load(sources[at]))),
          storeTransposed(variables, lines, from, width),
          sources.map((source) => source.increase(16)),
          from.increase(i32.shl(width, 2)),
          rest.increase(-4),
        ]),
        loopWhile(rest, [
          sources.map((source, at) => i32.store(from, i32.load(source), 4 * at)),
          sources.map((source) => source.increase(4)),
          from.increase(width),
          rest.increase(-1),
        ]),
        group.increase(4),
        place.increase(16),
      ]),
    ];
    return [
      left.set(n),
      loopWhile(left, [
        width.set(i32.shl(panelVectors(target, left), 4)),
        when(i32.eq(column, 4), wholeRows, turned),
        to.increase(i32.mul(width, k)),
        left.set(i32.sub(left, i32.minU(left, i32.shrU(width, 2)))),
      ]),
      to,
    ];
  });
}
