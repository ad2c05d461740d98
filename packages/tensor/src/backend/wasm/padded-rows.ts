import { type Code, i32 } from "./assembler.js";

/**
 * Bytes of a row of so many floats in scratch memory: whole lines of the cache and one more. Rows a power of two apart
 * would fall on the same lines, and vectors may reach over the end of one.
 */
export const paddedRow = (floats: number): number => Math.ceil(floats / 16) * 64 + 64;

/** The same within a kernel. */
export const paddedRowOf = (floats: Code): Code => i32.add(i32.and(i32.add(i32.shl(floats, 2), 63), -64), 64);
