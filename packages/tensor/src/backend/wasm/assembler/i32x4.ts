import { binary, extracting, simd, unary } from "./code.js";

/** Lanes. */
export const splat = unary(simd + 17),
  extract = extracting(simd + 27);

/** Comparisons, which give masks. */
export const gtS = binary(simd + 59),
  allTrue = unary(simd + 163);

/** Arithmetic and bits. */
export const shl = binary(simd + 171),
  shrS = binary(simd + 172),
  shrU = binary(simd + 173),
  add = binary(simd + 174),
  sub = binary(simd + 177),
  minS = binary(simd + 182);
