import type { Subtract } from "../subtract.js";
import { type Code, f64, f64x2, i32, loopWhile, repeatWhile, type ValueType, v128, when } from "./assembler.js";
import type { Machine } from "./machine.js";
import type { Callable, ModuleBuilder } from "./module.js";
import type { Target } from "./target.js";

/** Multiply-adds that are worth a hand-over to another thread. */
const workOfChunk = 200_000;
/** Rows of a tile: as many as leave registers for the numbers that they share. */
const tileRows = 4;

/** What a tile is computed in: so many registers side by side. */
interface Lanes {
  readonly type: ValueType;
  readonly registers: number;
  readonly bytes: number;
  readonly load: (address: Code, offset?: number) => Code;
  readonly store: (address: Code, value: Code, offset?: number) => Code;
  /** The number at an address, in all lanes. */
  readonly spread: (address: Code) => Code;
  readonly mul: (a: Code, b: Code) => Code;
  readonly sub: (a: Code, b: Code) => Code;
}

const wide: Lanes = {
  type: "v128",
  registers: 2,
  bytes: 16,
  load: v128.load,
  store: v128.store,
  spread: v128.load64Splat,
  mul: f64x2.mul,
  sub: f64x2.sub,
};
const narrow: Lanes = {
  type: "f64",
  registers: 1,
  bytes: 8,
  load: f64.load,
  store: f64.store,
  spread: f64.load,
  mul: f64.mul,
  sub: f64.sub,
};

/**
 * A tile of so many rows: arguments to, its row stride, factors, their row and column stride, from, its row stride (all in
 * bytes), and how many products are subtracted from each element, at least one. Each is rounded before it is subtracted.
 */
function emitTile(builder: ModuleBuilder, rows: number, lanes: Lanes): Callable {
  return builder.func(
    ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"],
    [],
    (variables, to, toRow, factors, factorRow, factorStep, from, fromRow, count) => {
      const rests = Array.from({ length: rows }, () => variables.list(lanes.type, lanes.registers));
      const known = variables.list(lanes.type, lanes.registers);
      const [factor] = variables.list(lanes.type, 1);
      const at = variables.list("i32", rows);
      const places = variables.list("i32", rows);
      return [
        at.map((pointer, row) => pointer.set(row === 0 ? factors : i32.add(at[row - 1], factorRow))),
        places.map((place, row) => place.set(row === 0 ? to : i32.add(places[row - 1], toRow))),
        rests.map((rest, row) => rest.map((part, lane) => part.set(lanes.load(places[row], lanes.bytes * lane)))),
        repeatWhile(
          [
            known.map((part, lane) => part.set(lanes.load(from, lanes.bytes * lane))),
            rests.map((rest, row) => [
              factor.set(lanes.spread(at[row])),
              rest.map((part, lane) => part.set(lanes.sub(part, lanes.mul(factor, known[lane])))),
              at[row].increase(factorStep),
            ]),
            from.increase(fromRow),
            count.increase(-1),
          ],
          count,
        ),
        rests.map((rest, row) => rest.map((part, lane) => lanes.store(places[row], part, lanes.bytes * lane))),
      ];
    },
  );
}

/** Arguments: rows, width, count, rows a chunk; to, its row stride; factors, their row and column stride; from, its row stride. */
function buildSubtract(_: Target, builder: ModuleBuilder): void {
  const [high, low] = [tileRows, 1].map((rows) => ({
    rows,
    wide: emitTile(builder, rows, wide),
    narrow: emitTile(builder, rows, narrow),
  }));
  builder.kernel((variables, args, chunk) => {
    const word = (at: number): Code => i32.load(args, 4 * at);
    const [first, left, width, to, toRow, factors, factorRow, factorStep, from, fromRow, count, place, pointer] =
      variables.list("i32", 13);
    const down = (tile: Callable, rows: number): Code =>
      loopWhile(i32.geU(left, rows), [
        tile(place, toRow, pointer, factorRow, factorStep, from, fromRow, count),
        place.increase(i32.mul(toRow, rows)),
        pointer.increase(i32.mul(factorRow, rows)),
        left.increase(-rows),
      ]);
    const strips = (kind: "wide" | "narrow", { registers, bytes }: Lanes): Code =>
      loopWhile(i32.geU(width, (registers * bytes) / 8), [
        left.set(i32.minU(i32.sub(word(0), first), word(3))),
        place.set(to),
        pointer.set(factors),
        down(high[kind], high.rows),
        down(low[kind], low.rows),
        to.increase(registers * bytes),
        from.increase(registers * bytes),
        width.increase((-registers * bytes) / 8),
      ]);
    return [
      first.set(i32.mul(chunk, word(3))),
      width.set(word(1)),
      count.set(word(2)),
      toRow.set(word(5)),
      to.set(i32.add(word(4), i32.mul(first, toRow))),
      factorRow.set(word(7)),
      factorStep.set(word(8)),
      factors.set(i32.add(word(6), i32.mul(first, factorRow))),
      from.set(word(9)),
      fromRow.set(word(10)),
      when(count, [strips("wide", wide), strips("narrow", narrow)]),
    ];
  });
}

/** The kernel for doubles at an address in linear memory, from which blocks count. */
export function subtraction(machine: Machine): (address: number) => Subtract {
  const kernel = machine.kernel("subtract product", buildSubtract);
  return (address) =>
    ({ rows, width, count }, to, factors, from) => {
      const perChunk = Math.max(tileRows, tileRows * Math.round(workOfChunk / (tileRows * width * count)));
      const words = [
        ...[rows, width, count, perChunk],
        ...[address + 8 * to.at, 8 * to.row],
        ...[address + 8 * factors.at, 8 * factors.row, 8 * factors.column],
        ...[address + 8 * from.at, 8 * from.row],
      ];
      if (rows * width * count > 0) machine.launch(kernel, words, Math.ceil(rows / perChunk));
    };
}
