import { type Code, f32x4, i32x4, type Local, v128, when } from "../assembler.js";
import type { Variables } from "../module.js";
import { madd, nmadd, type Target } from "../target.js";

/**
 * `c[0] + c[1] x + c[2] x^2 + ...` by Estrin's scheme: pairs of terms, then pairs of those, which do not wait for each other
 * as the steps of Horner's rule do.
 */
export function polynomial(target: Target, variables: Variables, x: Local, coefficients: readonly number[]): Code {
  const powers: Code[] = [];
  let terms: readonly Code[] = coefficients.map(target.constant);
  let power = x;
  while (terms.length > 1) {
    const factor = power;
    terms = Array.from({ length: Math.ceil(terms.length / 2) }, (_, pair) => {
      const [low, high] = terms.slice(2 * pair);
      return high ? madd(target, high, factor, low) : low;
    });
    if (terms.length > 1) {
      power = variables.v128();
      powers.push(power.set(f32x4.mul(factor, factor)));
    }
  }
  return [powers, terms];
}

/** The bits of an integer in all lanes. */
export function word(target: Target, bits: number): Code {
  const view = new DataView(new ArrayBuffer(4));
  view.setInt32(0, bits);
  return target.constant(view.getFloat32(0));
}

/** Added to a number below 2^22, it leaves the nearest whole number in the lowest bits of the sum. */
const roundingBias = 1.5 * 2 ** 23;
/** The first part of ln 2: whole multiples of it are exact. */
export const ln2High = 0.693359375;
/** The rest of ln 2. */
export const ln2Low = Math.LN2 - ln2High;
/** Minimax fit of `(exp(r) - 1 - r) / r^2` for |r| <= ln 2 / 2. */
const expTail = [0.5, 0.166665181517601, 0.04166620597243309, 0.008369005285203457, 0.0013950653374195099];

/** x = n ln 2 + r: `biased` holds n + offset in its lowest 9 bits, and anything above them. */
function reduced(
  target: Target,
  variables: Variables,
  x: Code,
  offset: number,
): { readonly code: Code; readonly biased: Local; readonly r: Local } {
  const [value, n, biased, r] = variables.list("v128", 4);
  const bias = target.constant(roundingBias + offset);
  const code = [
    value.set(x),
    biased.set(madd(target, value, target.constant(Math.LOG2E), bias)),
    n.set(f32x4.sub(biased, bias)),
    r.set(nmadd(target, n, target.constant(ln2Low), nmadd(target, n, target.constant(ln2High), value))),
  ];
  return { code, biased, r };
}

/** Minimax fit of `exp(r)` for |r| <= ln 2 / 2, within 1e-7; even and odd powers are summed apart. */
const expNear = [1, 0.9999997, 0.49999148, 0.16667639, 0.04189816, 0.008290272];

/** Beyond this size results are no normal numbers, or may not be. */
const largest = 87;

/** e to the power x: within 3 ulp, 0 and infinity beyond the range, NaN for NaN. */
export function exp(target: Target, variables: Variables, x: Code): Code {
  const [value, square, result, unusual] = variables.list("v128", 4);
  const { code, biased, r } = reduced(target, variables, value, 0);
  const pair = (at: number): Code => madd(target, r, target.constant(expNear[at + 1]), target.constant(expNear[at]));
  return [
    value.set(x),
    // As integers: so a NaN is large as well.
    unusual.set(i32x4.gtS(v128.andNot(value, target.constant(-0)), target.constant(largest))),
    code,
    square.set(f32x4.mul(r, r)),
    result.set(madd(target, square, madd(target, square, pair(4), pair(2)), pair(0))),
    // 2^n is added to the exponent's bits.
    result.set(i32x4.add(result, i32x4.shl(biased, 23))),
    when(i32x4.bitmask(unusual), result.set(v128.bitSelect(expBeyond(target, variables, value), result, unusual))),
    result,
  ];
}

/** The same for results that are denormal, 0, infinite or NaN, too: rare, so that what they need is left out for the others. */
function expBeyond(target: Target, variables: Variables, value: Local): Code {
  const clamped = f32x4.pmax(f32x4.pmin(value, target.constant(89)), target.constant(-104));
  const { code, biased, r } = reduced(target, variables, clamped, 0);
  const [half, rest] = variables.list("v128", 2);
  // 2^n as two factors, so that results beyond the normal range come out as denormals and infinity: the first is added to
  // the exponent's bits, which a shift by 23 leaves alone of what it is given.
  return [
    code,
    half.set(i32x4.shrU(biased, 1)),
    rest.set(i32x4.shl(i32x4.sub(i32x4.add(biased, word(target, 127)), half), 23)),
    half.set(f32x4.mul(i32x4.add(polynomial(target, variables, r, expNear), i32x4.shl(half, 23)), rest)),
    // The bits of a NaN may be any, and what is added to them could make a number.
    v128.bitSelect(half, value, f32x4.eq(value, value)),
  ];
}

/** `exp(x) - 1` for -25 <= x <= 60, exact near 0; NaN for NaN; 0 for -0. */
function expm1WithinRange(target: Target, variables: Variables, x: Code): Code {
  const { code, biased, r } = reduced(target, variables, x, 127);
  const scale = variables.v128();
  const tail = madd(target, f32x4.mul(r, r), polynomial(target, variables, r, expTail), r);
  return [code, scale.set(i32x4.shl(biased, 23)), madd(target, scale, tail, f32x4.sub(scale, target.constant(1)))];
}

/** `exp(x) - 1`, exact near 0. */
export function expm1(target: Target, variables: Variables, x: Code): Code {
  const [value, near] = variables.list("v128", 2);
  const clamped = f32x4.pmax(f32x4.pmin(value, target.constant(60)), target.constant(-25));
  return [
    value.set(x),
    near.set(expm1WithinRange(target, variables, clamped)),
    near.set(v128.bitSelect(value, near, f32x4.eq(value, target.constant(0)))),
    v128.bitSelect(exp(target, variables, value), near, f32x4.gt(value, target.constant(40))),
  ];
}

/** The hyperbolic tangent, by `(exp(2|x|) - 1) / (exp(2|x|) + 1)`. */
export function tanh(target: Target, variables: Variables, x: Code): Code {
  const [value, growth] = variables.list("v128", 2);
  const size = f32x4.abs(value);
  const twice = f32x4.pmin(f32x4.add(size, size), target.constant(20));
  return [
    value.set(x),
    growth.set(expm1WithinRange(target, variables, twice)),
    v128.or(f32x4.div(growth, f32x4.add(growth, target.constant(2))), v128.and(value, target.constant(-0))),
  ];
}

/** Minimax fits: of `erf(x) / x - 1` in x^2 up to 1, and of `ln(1 - erf(x)) / x` from 1 to 4. */
const erfNear = [
  0.12837916612625122, -0.3761262595653534, 0.11283600330352783, -0.026854444295167923, 0.005189535208046436,
  -0.0008020841050893068, 7.889119297033176e-5,
];
const erfFar = [
  -1.128691554069519, -0.6349799633026123, -0.10651493072509766, 0.0239973533898592, -0.003751890966668725,
  0.000349311507306993, -1.384277766192099e-5,
];

/** The error function: a polynomial up to 1, beyond it 1 less an exponential. */
export function erf(target: Target, variables: Variables, x: Code): Code {
  const [value, size, near, far, square] = variables.list("v128", 5);
  return [
    value.set(x),
    size.set(f32x4.pmin(f32x4.abs(value), target.constant(4))),
    square.set(f32x4.mul(size, size)),
    near.set(madd(target, value, polynomial(target, variables, square, erfNear), value)),
    far.set(exp(target, variables, f32x4.mul(size, polynomial(target, variables, size, erfFar)))),
    far.set(v128.or(f32x4.sub(target.constant(1), far), v128.and(value, target.constant(-0)))),
    v128.bitSelect(far, near, f32x4.gt(size, target.constant(1))),
  ];
}
