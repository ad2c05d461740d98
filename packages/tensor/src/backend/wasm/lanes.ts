import { type Code, f32x4, i32, i32x4, type Local, v128, when } from "./assembler.js";
import type { Target } from "./target.js";

/** Stores the lowest lanes of a vector, 1 to 3 of them: what stands behind is not touched. */
export const storeLanes = (address: Code, vector: Local, count: Local): Code => [
  v128.store32Lane(address, vector, 0),
  when(i32.geU(count, 2), v128.store32Lane(address, vector, 1, 4)),
  when(i32.geU(count, 3), v128.store32Lane(address, vector, 2, 8)),
];

/** The mask of the lowest lanes, so many of them. */
export const lanesBelow = (count: Local): Code =>
  i32x4.gtS(i32x4.splat(count), v128.const([0, 1, 2, 3].flatMap((lane) => [lane, 0, 0, 0])));

/** A vector with 0 for what is infinite or NaN. */
export const finiteOrZero = (target: Target, vector: Local): Code =>
  v128.and(vector, f32x4.lt(f32x4.abs(vector), target.constant(Number.POSITIVE_INFINITY)));
