import { type Code, i32, type Local, loopWhile, memory, when } from "../assembler.js";
import type { Variables } from "../module.js";

/** Runs `body` for the vectors of a row, then once more for the lanes that are left, with their number. */
export function overRow(columns: Code, left: Local, body: (isWhole: boolean) => Code, advance: Code): Code {
  return [
    left.set(columns),
    loopWhile(i32.geU(left, 4), [body(true), advance, left.increase(-4)]),
    when(left, body(false)),
  ];
}

/** Copies rows of so many bytes between strides. */
export function copyRows(
  variables: Variables,
  to: Code,
  toRow: Code,
  from: Code,
  fromRow: Code,
  rows: Code,
  bytes: Code,
): Code {
  const [target, source, count] = variables.list("i32", 3);
  return [
    target.set(to),
    source.set(from),
    count.set(rows),
    loopWhile(count, [
      memory.copy(target, source, bytes),
      target.increase(toRow),
      source.increase(fromRow),
      count.increase(-1),
    ]),
  ];
}
