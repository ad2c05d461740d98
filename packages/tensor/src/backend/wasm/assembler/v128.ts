import { binary, type Code, instruction, laneWriting, opcode, reading, simd, unary, writing } from "./code.js";

/** Memory. Alignments are hints: unaligned addresses work. A splat has the number at an address in all lanes. */
export const load = reading(simd + 0, 2),
  load32Splat = reading(simd + 9, 2),
  load64Splat = reading(simd + 10, 3),
  store = writing(simd + 11, 2),
  store32Lane = laneWriting(simd + 90, 2);

const constant = (bytes: readonly number[]): Code => instruction(0xfd, 12, ...bytes);

export { constant as const };

/** Bits; `andNot(a, b)` has those of `a` that `b` has not. */
export const not = unary(simd + 77),
  and = binary(simd + 78),
  andNot = binary(simd + 79),
  or = binary(simd + 80),
  xor = binary(simd + 81);

/** Bits of `yes` where those of `mask` are 1, else of `no`. */
export const bitSelect = (yes: Code, no: Code, mask: Code): Code => [yes, no, mask, opcode(simd + 82)];

/** Bytes of two vectors by number: 0 to 15 of `a`, 16 to 31 of `b`. */
export const shuffle = (a: Code, b: Code, bytes: readonly number[]): Code => [a, b, instruction(0xfd, 13, ...bytes)];
