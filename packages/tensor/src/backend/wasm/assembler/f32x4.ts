import { binary, extracting, simd, ternary, unary } from "./code.js";

/** Lanes. */
export const splat = unary(simd + 19),
  extract = extracting(simd + 31);

/** Comparisons, which give masks. */
export const eq = binary(simd + 65),
  ne = binary(simd + 66),
  lt = binary(simd + 67),
  gt = binary(simd + 68),
  le = binary(simd + 69),
  ge = binary(simd + 70);

/** Arithmetic. `pmin` is `b < a ? b : a`, and `pmax` is `a < b ? b : a`. */
export const floor = unary(simd + 104),
  abs = unary(simd + 224),
  sqrt = unary(simd + 227),
  add = binary(simd + 228),
  sub = binary(simd + 229),
  mul = binary(simd + 230),
  div = binary(simd + 231),
  pmin = binary(simd + 234),
  pmax = binary(simd + 235);

/** Numbers of other types: four integers; two doubles rounded to the lower lanes, zeros above. */
export const fromI32 = unary(simd + 250),
  fromF64Zero = unary(simd + 94);

/** `a * b + c` and `c - a * b`, rounded once; relaxed SIMD only: kernels ask their `Target` for `madd`. */
export const fusedMadd = ternary(simd + 0x105),
  fusedNmadd = ternary(simd + 0x106);
