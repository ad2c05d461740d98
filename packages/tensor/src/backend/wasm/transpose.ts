import { type Code, i32, type Local, v128 } from "./assembler.js";
import type { Variables } from "./module.js";

const low = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23];
const high = low.map((byte) => byte + 8);
const firstHalves = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const lastHalves = firstHalves.map((byte) => byte + 8);

/** Stores four vectors as columns: what is in `lines` by rows goes to `to`, `to + step`, ... by columns. */
export function storeTransposed(variables: Variables, lines: readonly Local[], to: Local, step: Local): Code {
  const pairs = variables.list("v128", 4);
  const at = (times: number): Code => i32.add(to, i32.mul(step, times));
  return [
    pairs[0].set(v128.shuffle(lines[0], lines[1], low)),
    pairs[1].set(v128.shuffle(lines[2], lines[3], low)),
    pairs[2].set(v128.shuffle(lines[0], lines[1], high)),
    pairs[3].set(v128.shuffle(lines[2], lines[3], high)),
    v128.store(to, v128.shuffle(pairs[0], pairs[1], firstHalves)),
    v128.store(at(1), v128.shuffle(pairs[0], pairs[1], lastHalves)),
    v128.store(at(2), v128.shuffle(pairs[2], pairs[3], firstHalves)),
    v128.store(at(3), v128.shuffle(pairs[2], pairs[3], lastHalves)),
  ];
}
