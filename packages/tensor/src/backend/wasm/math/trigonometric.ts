import { type Code, f32x4, f64, f64x2, i32, i32x4, type Local, v128, when } from "../assembler.js";
import type { Variables } from "../module.js";
import type { Target } from "../target.js";

/** From this size on an argument is first brought near 0 by a table. */
const large = 2 ** 30;

/** Pi / 2 in parts: multiples of the first two by numbers of 31 bits are exact. */
const halfPi = [1.570796012878418, 3.139164164167596e-7, 6.223372171896613e-14] as const;

/** 2 pi times 2^200, a whole number. */
const twoPi = 10096689509235987743946820282484873672429286842977325943070736n;

/** What the powers 2^(i - 23) for i = 0 to 127, from 2^0 on, leave when divided by 2 pi. */
const remainders = (): number[] =>
  Array.from({ length: 128 }, (_, exponent) => {
    if (exponent < 23) return 0;
    const rest = 2n ** BigInt(exponent - 23 + 200) % twoPi;
    return Number(rest >> 100n) / 2 ** 100;
  });

const splat = (value: number): Code => f64x2.splat(f64.const(value));
const horner = (x: Code, coefficients: readonly number[]): Code =>
  coefficients.map(splat).reduceRight((value, coefficient) => f64x2.add(f64x2.mul(value, x), coefficient));

const sineSeries = [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800];
const cosineSeries = [1, -1 / 2, 1 / 24, -1 / 720, 1 / 40320, -1 / 3628800, 1 / 479001600];

/** The sine of two doubles below 2^31, `quarters` turns of 90 degrees further. */
function sineOfTwo(variables: Variables, x: Local, quarters: 0 | 1): Code {
  const [turns, r, square, quadrant, sine] = variables.list("v128", 5);
  const less = (value: Code, part: number): Code => f64x2.sub(value, f64x2.mul(turns, splat(part)));
  const floorOfQuarter = f64x2.floor(f64x2.mul(quadrant, splat(0.25)));
  return [
    turns.set(f64x2.nearest(f64x2.mul(x, splat(2 / Math.PI)))),
    r.set(halfPi.reduce<Code>(less, x)),
    square.set(f64x2.mul(r, r)),
    quadrant.set(f64x2.add(turns, splat(quarters))),
    quadrant.set(f64x2.sub(quadrant, f64x2.mul(floorOfQuarter, splat(4)))),
    sine.set(f64x2.mul(r, horner(square, sineSeries))),
    sine.set(
      v128.bitSelect(
        horner(square, cosineSeries),
        sine,
        v128.or(f64x2.eq(quadrant, splat(1)), f64x2.eq(quadrant, splat(3))),
      ),
    ),
    v128.xor(sine, v128.and(f64x2.gt(quadrant, splat(1)), splat(-0))),
  ];
}

/** Brings one lane of large arguments near 0: the fraction's 24 bits times what the power of 2 leaves. */
function nearZero(target: Target, x: Local, lane: number, low: Local, high: Local, word: Local, number: Local): Code {
  const half = lane < 2 ? low : high;
  const table = target.table("remainders of powers of 2 by 2 pi", remainders);
  const exponent = i32.sub(i32.and(i32.shrU(word, 23), 255), 127);
  const mantissa = i32.or(i32.and(word, 0x7fffff), 0x800000);
  return [
    word.set(i32x4.extract(x, lane)),
    when(i32.geS(exponent, 30), [
      number.set(f64.mul(f64.fromI32(mantissa), f64.load(i32.add(table, i32.shl(exponent, 3))))),
      when(i32.ltS(word, 0), number.set(f64.mul(number, f64.const(-1)))),
      half.set(f64x2.replace(half, lane % 2, number)),
    ]),
  ];
}

/** The sine, in double precision throughout; NaN of infinities. */
function sine(target: Target, variables: Variables, argument: Code, quarters: 0 | 1): Code {
  const [x, low, high, notFinite] = variables.list("v128", 4);
  const [word, number] = [variables.i32(), variables.f64()];
  const upper = (vector: Code): Code =>
    v128.shuffle(vector, vector, [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]);
  const joined = v128.shuffle(
    f32x4.fromF64Zero(sineOfTwo(variables, low, quarters)),
    f32x4.fromF64Zero(sineOfTwo(variables, high, quarters)),
    [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23],
  );
  return [
    x.set(argument),
    low.set(f64x2.fromF32Low(x)),
    high.set(f64x2.fromF32Low(upper(x))),
    when(
      i32x4.bitmask(f32x4.ge(f32x4.abs(x), target.constant(large))),
      [0, 1, 2, 3].map((lane) => nearZero(target, x, lane, low, high, word, number)),
    ),
    notFinite.set(v128.not(f32x4.lt(f32x4.abs(x), target.constant(Number.POSITIVE_INFINITY)))),
    // Of the two zeros each gives itself.
    quarters === 0
      ? v128.or(v128.or(joined, notFinite), v128.and(x, v128.and(f32x4.eq(x, target.constant(0)), target.constant(-0))))
      : v128.or(joined, notFinite),
  ];
}

/** The sine of x radians; -0 at -0. */
export const sin = (target: Target, variables: Variables, x: Code): Code => sine(target, variables, x, 0);

/** The cosine of x radians. */
export const cos = (target: Target, variables: Variables, x: Code): Code => sine(target, variables, x, 1);
