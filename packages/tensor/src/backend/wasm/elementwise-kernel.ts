import type { Program } from "../../program.js";
import { type Code, f32x4, i32, loopWhile, v128, when } from "./assembler.js";
import { emitProgram } from "./emit.js";
import { storeLanes } from "./lanes.js";
import type { ModuleBuilder } from "./module.js";
import { holdConstants, type Target } from "./target.js";

/** How an input is read along a row: the same element throughout, or one behind the other, as numbers or as integers. */
export type Reading = "splat" | "vector" | "integers";

/** Words of arguments before those of the inputs: rows, columns, rows a block, columns a piece, pieces a row. */
export const headWords = 5;

const wordsOf = (position: number): number => 4 * (headWords + 2 * position);

/**
 * Writes the kernel of a program over inputs that are read so. Arguments: the head; address and row stride in bytes of each
 * input; address of each output.
 */
export function buildElementwise(
  target: Target,
  builder: ModuleBuilder,
  program: Program,
  readings: readonly Reading[],
): void {
  builder.kernel((variables, args, chunk) => {
    const { held, load: loadConstants } = holdConstants(target, variables);
    const [row, rowEnd, left, first, columns] = variables.list("i32", 5);
    const inputs = readings.map(() => variables.i32());
    const splats = readings.map((reading) => (reading === "splat" ? variables.v128() : undefined));
    const outputs = program.outputs.map(() => variables.i32());
    const load = (position: number, offset: number): Code => {
      const splat = splats[position];
      if (splat) return splat;
      const loaded = v128.load(inputs[position], offset);
      return readings[position] === "integers" ? f32x4.fromI32(loaded) : loaded;
    };
    const compute = (offset: number) =>
      emitProgram(
        held,
        variables,
        program,
        readings.map((_, position) => load(position, offset)),
      );
    const store = (offset: number): Code => {
      const { code, outputs: results } = compute(offset);
      return [code, results.map((result, at) => v128.store(outputs[at], result, offset))];
    };
    /** The end of a row, 1 to 3 elements: computed as a whole vector is, stored lane by lane. */
    const lastLanes = (): Code => {
      const { code, outputs: results } = compute(0);
      const vector = variables.v128();
      return [code, results.map((result, at) => [vector.set(result), storeLanes(outputs[at], vector, left)])];
    };
    const advance = (bytes: number): Code => [
      inputs.map((pointer, at) => (splats[at] ? [] : pointer.increase(bytes))),
      outputs.map((pointer) => pointer.increase(bytes)),
    ];
    const pieces = i32.load(args, 16);
    const body = [
      columns.set(i32.load(args, 4)),
      row.set(i32.mul(i32.divU(chunk, pieces), i32.load(args, 8))),
      rowEnd.set(i32.minU(i32.add(row, i32.load(args, 8)), i32.load(args))),
      first.set(i32.mul(i32.remU(chunk, pieces), i32.load(args, 12))),
      loopWhile(i32.ltU(row, rowEnd), [
        readings.map((_, at) => {
          const start = i32.add(i32.load(args, wordsOf(at)), i32.mul(row, i32.load(args, wordsOf(at) + 4)));
          const splat = splats[at];
          return splat ? splat.set(v128.load32Splat(start)) : inputs[at].set(i32.add(start, i32.shl(first, 2)));
        }),
        outputs.map((pointer, at) =>
          pointer.set(
            i32.add(
              i32.load(args, wordsOf(readings.length) + 4 * at),
              i32.shl(i32.add(i32.mul(row, columns), first), 2),
            ),
          ),
        ),
        left.set(i32.minU(i32.sub(columns, first), i32.load(args, 12))),
        // Two vectors a turn: what one waits for, the other fills.
        loopWhile(i32.geU(left, 8), [store(0), store(16), advance(32), left.increase(-8)]),
        loopWhile(i32.geU(left, 4), [store(0), advance(16), left.increase(-4)]),
        when(left, lastLanes()),
        row.increase(1),
      ]),
    ];
    return [loadConstants(), body];
  });
}
