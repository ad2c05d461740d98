import { type Code, f32x4, i32, i32x4, type Local, v128, when } from "../assembler.js";
import type { Variables } from "../module.js";
import { madd, type Target } from "../target.js";
import { ln2High, ln2Low, polynomial, word } from "./exponential.js";

const smallestNormal = 2 ** -126;
/** Minimax fit of `(log(1 + f) - f + f^2 / 2) / f^3` for 1 + f from the root of 1/2 to the root of 2. */
const logTail = [
  0.33333316445350647, -0.25000813603401184, 0.20002369582653046, -0.16624416410923004, 0.1417907327413559,
  -0.13128776848316193, 0.12897628545761108, -0.07878587394952774,
];

/** `log(2^e (1 + f))` for a whole number e. */
function assembled(target: Target, variables: Variables, e: Local, f: Local): Code {
  const square = variables.v128();
  const tail = f32x4.mul(f32x4.mul(square, f), polynomial(target, variables, f, logTail));
  const low = madd(target, e, target.constant(ln2Low), madd(target, square, target.constant(-0.5), tail));
  return [square.set(f32x4.mul(f, f)), madd(target, e, target.constant(ln2High), f32x4.add(f, low))];
}

/** Splits a positive normal number into 2^e (1 + f), with 1 + f around 1; e as an integer. */
const split = (target: Target, value: Local, e: Local, f: Local): Code => [
  e.set(i32x4.shrS(i32x4.sub(value, word(target, 0x3f3504f3)), 23)),
  f.set(f32x4.sub(i32x4.sub(value, i32x4.shl(e, 23)), target.constant(1))),
];

/** What stands where the argument is no positive number: -infinity at 0, NaN below; infinity at infinity. */
const outside = (target: Target, argument: Local, result: Code): Code => {
  const notPositive = v128.bitSelect(
    target.constant(Number.NEGATIVE_INFINITY),
    target.constant(Number.NaN),
    f32x4.eq(argument, target.constant(0)),
  );
  const defined = v128.bitSelect(result, notPositive, f32x4.gt(argument, target.constant(0)));
  return v128.bitSelect(argument, defined, f32x4.eq(argument, target.constant(Number.POSITIVE_INFINITY)));
};

/** Whether a lane is no normal positive number: rare, so that what they need is left out for the others. */
const anyUnusual = (target: Target, argument: Local): Code =>
  i32.eqz(
    i32x4.allTrue(
      v128.and(
        f32x4.ge(argument, target.constant(smallestNormal)),
        f32x4.lt(argument, target.constant(Number.POSITIVE_INFINITY)),
      ),
    ),
  );

/** The natural logarithm: within 2 ulp, of denormal numbers too. */
export function log(target: Target, variables: Variables, x: Code): Code {
  const [argument, value, tiny, e, f, result] = variables.list("v128", 6);
  return [
    argument.set(x),
    split(target, argument, e, f),
    e.set(f32x4.fromI32(e)),
    result.set(assembled(target, variables, e, f)),
    when(anyUnusual(target, argument), [
      tiny.set(f32x4.lt(argument, target.constant(smallestNormal))),
      value.set(f32x4.mul(argument, target.constant(2 ** 24))),
      split(target, value, e, f),
      e.set(f32x4.sub(f32x4.fromI32(e), target.constant(24))),
      result.set(v128.bitSelect(assembled(target, variables, e, f), result, tiny)),
      result.set(outside(target, argument, result)),
    ]),
    result,
  ];
}

/** Minimax fit of `log(1 + x) / x - 1 + x / 2` over x^2 for 0 <= x <= 1. */
const log1pTail = [
  0.3332996368408203, -0.24954132735729218, 0.19675931334495544, -0.15305568277835846, 0.10603614151477814,
  -0.0569591298699379, 0.01985124871134758, -0.0032439776696264744,
];

/** `log(1 + x)` for 0 <= x <= 1, as in softplus: one polynomial. */
export function log1pOfUnit(target: Target, variables: Variables, x: Code): Code {
  const [value, square] = variables.list("v128", 2);
  const second = madd(target, value, target.constant(-0.49999901652336), target.constant(1));
  return [
    value.set(x),
    square.set(f32x4.mul(value, value)),
    f32x4.mul(value, madd(target, square, polynomial(target, variables, value, log1pTail), second)),
  ];
}

/** `log(1 + x)`, exact near 0: what 1 + x lost by rounding is added to its fraction. */
export function log1p(target: Target, variables: Variables, x: Code): Code {
  const [argument, sum, lost, e, f, result] = variables.list("v128", 6);
  // 2^-e, kept to normal numbers: of the largest sums nothing is lost.
  const power = i32x4.shl(i32x4.sub(word(target, 127), i32x4.minS(e, word(target, 126))), 23);
  return [
    argument.set(x),
    sum.set(f32x4.add(argument, target.constant(1))),
    lost.set(f32x4.sub(argument, f32x4.sub(sum, target.constant(1)))),
    split(target, sum, e, f),
    f.set(madd(target, lost, power, f)),
    e.set(f32x4.fromI32(e)),
    result.set(assembled(target, variables, e, f)),
    when(anyUnusual(target, sum), result.set(outside(target, sum, result))),
    // Of the two zeros each gives itself.
    v128.or(result, v128.and(argument, v128.and(f32x4.eq(argument, target.constant(0)), target.constant(-0)))),
  ];
}
