/**
 * Logistic regression by Newton's method: how likely was damage to the O-rings of the Space Shuttle at a given temperature?
 *
 * What to see: a loss is a function from parameters to a scalar; `grad` is its slope, `hessian` its curvature, and
 * Newton's step solves the one by the other. Six steps arrive at the coefficients that statistics programs print,
 * and the inverse of the curvature has their standard errors. The data lie beside this file, with their source.
 */
import { readFileSync } from "node:fs";
import { eye, grad, hessian, type Scalar, softplus, solve, tensor, type Vec, zeros } from "@factorvae/autograd";

const rows = readFileSync(new URL("o-rings.csv", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => /^STS/.test(line))
  .map((line) => line.split(",").slice(1).map(Number));

// In tens of degrees from 70, so that both coefficients are of the size of 1.
const [centre, unit] = [70, 10];
const temperature = tensor(rows.map(([fahrenheit]) => (fahrenheit - centre) / unit));
const damaged = tensor(rows.map(([, damage]) => damage));

/** Of a flight at each temperature, the logarithm of the odds of damage. */
const logOdds = (coefficients: Vec<2>, at: Vec): Vec => {
  const [intercept, slope] = [coefficients.slice(0, 0, 1), coefficients.slice(0, 1, 2)];
  return at.mul(slope.expand([at.size])).add(intercept);
};

/** `-log p(damaged | coefficients)`: softplus is the stable form of `log(1 + odds)`. */
const loss = (coefficients: Vec<2>): Scalar => {
  const z = logOdds(coefficients, temperature);
  return softplus(z).sub(z.mul(damaged)).sum();
};

let fitted: Vec<2> = zeros([2]);
export const losses = Array.from({ length: 6 }, () => {
  fitted = fitted.sub(solve(hessian(loss)(fitted), grad(loss)(fitted)));
  return loss(fitted).item();
});

const [intercept, slope] = fitted.toArray();
/** Per degree Fahrenheit, as the books have it: 15.04 - 0.232 t. */
export const coefficients = { slope: slope / unit, intercept: intercept - (slope * centre) / unit };

const [, [, variance]] = solve(hessian(loss)(fitted), eye(2)).toArray();
export const slopeError = Math.sqrt(variance) / unit;

/** The probability of damage on a day of 31 degrees, as Challenger's last, and on one of 70. */
export const [cold, mild] = logOdds(fitted, tensor([(31 - centre) / unit, 0]))
  .sigmoid()
  .toArray();
