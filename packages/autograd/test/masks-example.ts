import {
  type Expression,
  elementwise,
  grad,
  log,
  mul,
  norm,
  type Scalar,
  sqrt,
  standardDeviation,
  sum,
  tensor,
  type Vec,
  where,
} from "@factorvae/autograd";

const x: Vec<3> = tensor([-1, 0, 4], [3]);
const isPositive: Vec<3> = tensor([0, 0, 1], [3]);

const rootOr0 = (at: Vec<3>): Scalar => sum(where(isPositive, sqrt(at), 0));
export const careless = grad(rootOr0)(x); // [NaN, NaN, 0.25]

const guardedRootOr0 = (at: Vec<3>): Scalar => sum(where(isPositive, sqrt(where(isPositive, at, 1)), 0));
export const careful = grad(guardedRootOr0)(x); // [0, 0, 0.25]

const observed: Vec<3> = tensor([1, Number.NaN, 3], [3]);
const isThere: Vec<3> = tensor([1, 0, 1], [3]);
export const multiplied = mul(observed, isThere); // [1, NaN, 3]
export const chosen = where(isThere, observed, 0); // [1, 0, 3]

const missed = (guess: Vec<3>): Scalar => sum(where(isThere, chosen.sub(guess).square(), 0)).div(sum(isThere));
export const slope = grad(missed)(tensor([0, 0, 0], [3])); // [-1, 0, -3]

const surprise = elementwise("surprise", (p: Expression) => p.gt(0).select(p.mul(p.log()), 0));
const ofOperations = (p: Vec<3>): Scalar => sum(where(p, mul(p, log(p)), 0));
const shares: Vec<3> = tensor([0, 0.5, 0.5], [3]);
export const ofOneFormula = grad((p: Vec<3>) => sum(surprise(p)))(shares); // [0, 0.307, 0.307]
export const ofSeveral = grad(ofOperations)(shares); // [NaN, 0.307, 0.307]

const zero: Vec<3> = tensor([0, 0, 0], [3]);
export const byHand = grad((at: Vec<3>) => sqrt(sum(at.square())))(zero); // [NaN, NaN, NaN]
export const ofNorm = grad((at: Vec<3>) => norm(at))(zero); // [0, 0, 0]
export const ofSpread = grad((at: Vec<3>) => standardDeviation(at))(zero); // [0, 0, 0]
