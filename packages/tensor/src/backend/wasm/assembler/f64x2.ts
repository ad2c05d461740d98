import { binary, type Code, extracting, instruction, opcode, simd, unary } from "./code.js";

/** Lanes. */
export const splat = unary(simd + 20),
  extract = extracting(simd + 33);

/** The vector with another number in one lane. */
export const replace = (vector: Code, lane: number, value: Code): Code => [
  vector,
  value,
  opcode(simd + 34),
  instruction(lane),
];

/** Comparisons, which give masks. */
export const eq = binary(simd + 71),
  ne = binary(simd + 72),
  gt = binary(simd + 74);

/** Arithmetic. `pmax` is `a < b ? b : a`. */
export const floor = unary(simd + 117),
  nearest = unary(simd + 148),
  add = binary(simd + 240),
  sub = binary(simd + 241),
  mul = binary(simd + 242),
  div = binary(simd + 243),
  pmax = binary(simd + 247);

/** The two lower numbers of a vector of floats, or of integers. */
export const fromF32Low = unary(simd + 95),
  fromI32Low = unary(simd + 254);
