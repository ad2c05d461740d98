import { type Elementwise, elementwise } from "../elementwise.js";
import { Expression, literal, type Term } from "../formula.js";
import { checkTensor, described } from "../operand.js";
import type { Shape } from "../shape.js";
import { Tensor } from "../tensor.js";

type Power = Elementwise<readonly [Expression], Expression>;

const powers = new Map<number, Power>();

/** x to a whole power of at least 0, by squares of squares: no square is larger than the result, so none overflows before it. */
function wholePower(x: Expression, exponent: number): Expression {
  if (exponent === 0) return literal(1);
  if (exponent % 2 === 1) return wholePower(x, exponent - 1).mul(x);
  const root = wholePower(x, exponent / 2);
  return root.mul(root);
}

/** x to a power of at least 0: by products as far as it is whole, since `exp(p log x)` loses digits as p grows. */
function positivePower(x: Expression, exponent: number): Expression {
  const whole = Math.floor(exponent);
  const rest = exponent - whole;
  if (rest === 0) return wholePower(x, whole);
  return wholePower(x, whole).mul(rest === 0.5 ? x.sqrt() : x.log().mul(rest).exp());
}

/** The operation that raises to one exponent; one for each, since a formula's kernel depends on it. */
function powerOf(exponent: number): Power {
  let power = powers.get(exponent);
  if (!power) {
    power = elementwise(
      "pow",
      (x: Expression) => (exponent < 0 ? literal(1).div(positivePower(x, -exponent)) : positivePower(x, exponent)),
      // By 0 it is the constant 1: `0 * x^-1` would be NaN at 0.
      { d: [(x) => (exponent === 0 ? 0 : powerOf(exponent - 1)(x).mul(exponent))] },
    );
    powers.set(exponent, power);
  }
  return power;
}

/**
 * x to the power of a number, element by element: of whole exponents by repeated products, of negative ones as 1 over the
 * power, of fractional ones `x^whole * exp(fraction * log x)`, with `sqrt` for a half. Anything to the power of 0 is 1, NaN
 * too; a negative number to a fractional power is NaN, -infinity too. Derivatives of any order are `exponent * x^(exponent - 1)`,
 * so infinite at 0 below 1. Each exponent has a kernel of its own: for exponents that change at every call, or differ from
 * element to element, take `exp(mul(log(x), exponents))`. As `torch.pow` of a tensor and a number.
 *
 * @throws TypeError if x is no tensor, or the exponent no number.
 * @throws RangeError if it is not finite.
 */
export function pow(x: Term, exponent: number): Expression;
export function pow<S extends Shape>(x: Tensor<S>, exponent: number): Tensor<S>;
export function pow(x: Tensor | Term, exponent: number): Tensor | Expression {
  if (typeof x !== "number" && !(x instanceof Expression)) checkTensor("pow", x);
  if (typeof exponent !== "number")
    throw new TypeError(
      `pow: the exponent is a number, not ${described(exponent)}; for several take exp(mul(log(x), exponents))`,
    );
  if (!Number.isFinite(exponent)) throw new RangeError(`pow: the exponent must be finite, not ${exponent}`);
  const power = powerOf(exponent);
  return x instanceof Tensor ? power(x) : power(x);
}
