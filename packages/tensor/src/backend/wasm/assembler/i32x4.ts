import { binary, extracting, simd, unary } from "./code.js";

/** Lanes. */
export const splat = unary(simd + 17),
  extract = extracting(simd + 27);

/** Comparisons, which give masks; the highest bits of the lanes, which tell whether any mask is true. */
export const gtS = binary(simd + 59),
  allTrue = unary(simd + 163),
  bitmask = unary(simd + 164);

/** Arithmetic and bits. */
export const shl = binary(simd + 171),
  shrS = binary(simd + 172),
  shrU = binary(simd + 173),
  add = binary(simd + 174),
  sub = binary(simd + 177),
  minS = binary(simd + 182);
