import {
  concatenate,
  equal,
  exp,
  expm1,
  fold,
  grad,
  gradcheck,
  indices,
  key,
  log,
  logSumExp,
  matmul,
  normal,
  reference64,
  type Scalar,
  scalar,
  softmax,
  sort,
  sqrt,
  sum,
  tensor,
  type Vec,
  variance,
  withBackend,
} from "@factorvae/autograd";

const large: Vec<2> = tensor([1000, 1000], [2]);
export const naive = log(sum(exp(large))).item(); // Infinity
export const stable = logSumExp(large).item(); // 1000.6931

const small = scalar(1e-10);
export const lost = exp(small).sub(1).item(); // 0
export const exact = expm1(small).item(); // 1e-10

const far: Vec<3> = tensor([10000, 10001, 10002], [3]);
export const cancelled = far.square().mean().sub(far.mean().square()).item(); // 0: both are rounded to 100020000
export const spread = variance(far).item(); // 0.6667

const sigmoidOf = (x: Scalar): Scalar => scalar(1).div(exp(x.neg()).add(1));
export const slopes = [grad(sigmoidOf), grad((x: Scalar) => x.sigmoid())].map((slope) => slope(scalar(-100)).item()); // NaN, 3.8e-44

const root = (x: Scalar): Scalar => sqrt(x.mul(x).add(1)).sub(1).div(x);
export const single = root(scalar(1e-4)).item(); // 0
export const double = withBackend(reference64, () => root(scalar(1e-4)).item()); // 0.00005

gradcheck((x) => softmax(x, 0), [normal(key(1), [5])], { key: key(2) });

const [x, w] = [normal(key(3), [300, 40]), normal(key(4), [40, 20])];
export const whole = matmul(x, w).slice(0, 7, 8).toArray();
export const alone = matmul(x.slice(0, 7, 8), w).toArray(); // the same bits

const [one, next] = [indices([2 ** 24]), indices([2 ** 24 + 1])];
export const areEqual = equal(one, next).item(); // 1: both are 16777216 in float32
export const inOrder = sort(concatenate([next, one], 0), 0).toArray(); // [16777216, 16777217]

export const three = normal(key(7), [3]).toArray();
export const five = normal(key(7), [5]).toArray(); // begins with the three
export const other = normal(fold(key(7), "encoder"), [3]).toArray(); // a stream of its own
