/**
 * A Gaussian process that learns its own hyper-parameters: how far its function varies, over which length, and how noisy it is seen.
 *
 * What to see: the likelihood of the data is a program with a Cholesky factor and a triangular solve in it, and its gradient by
 * the logarithms of the three hyper-parameters comes through both. The data are generated, so that the truth is known: the noise
 * that is learnt comes near the 0.1 that was added, and between the data the predictions are as wrong as they say they are.
 */
import {
  cholesky,
  diagonal,
  eye,
  key,
  type Mat,
  normal,
  type Scalar,
  scalar,
  sin,
  triangularSolve,
  uniform,
  type Vec,
  valueAndGrad,
} from "@factorvae/autograd";
import { adam } from "@factorvae/nn";

export const noise = 0.1;
const n = 60;
const x: Vec<60> = uniform(key(1), [n], 0, 10);
const truth = <N extends number>(at: Vec<N>): Vec<N> => sin(at).add(at.mul(0.3).tanh());
export const y = truth(x).add(normal(key(2), [n]).mul(noise));

/** Logarithms, so that any step leaves them positive. */
export const logs = { scale: scalar(0), length: scalar(0), noise: scalar(0) };

/** `scale^2 exp(-(a - b)^2 / (2 length^2))` for each of `a` and each of `b`. */
function kernel<M extends number, N extends number>(a: Vec<M>, b: Vec<N>): Mat<M, N> {
  const [rows, columns]: readonly [M, N] = [a.shape[0], b.shape[0]];
  const apart = a.reshape([rows, 1]).expand([rows, columns]).sub(b);
  return apart.div(logs.length.exp()).square().mul(-0.5).add(logs.scale.mul(2)).exp();
}

/** Of the data: how two of them move together, and the noise of each. */
export const covariance = (): Mat<60, 60> => kernel(x, x).add(eye(n).mul(logs.noise.mul(2).exp()));

/** `-log p(y)`: with `L L' = covariance` and `z = L^-1 y`, half of `z z`, the logarithm of L's determinant, and a constant. */
export function surprise(): Scalar {
  const factor = cholesky(covariance());
  const z = triangularSolve(factor, y);
  const logOfRoot = diagonal(factor).log().sum(); // of the root of the covariance's determinant
  const squares = z.square().sum();
  return squares
    .mul(0.5)
    .add(logOfRoot)
    .add((n / 2) * Math.log(2 * Math.PI));
}

const parameters = [logs.scale, logs.length, logs.noise];
const optimizer = adam(parameters, { lr: 0.05 });
export const surprises = Array.from({ length: 150 }, () => {
  const { value, grads } = valueAndGrad(surprise, parameters);
  optimizer.step(grads);
  return value.item();
});

/** Mean and standard deviation of the function at other places, given the data. */
export function predict(at: Vec): { readonly mean: Vec; readonly std: Vec } {
  const factor = cholesky(covariance());
  const seen = triangularSolve(factor, kernel(x, at));
  const mean = triangularSolve(factor, y).reshape([1, n]).matmul(seen).reshape([at.size]);
  const variance = seen.square().sum(0).neg().add(logs.scale.mul(2).exp());
  return { mean, std: variance.sqrt() };
}

const elsewhere = uniform(key(3), [200], 0.5, 9.5);
const { mean, std } = predict(elsewhere);
/** How many standard deviations each of 200 predictions is off. */
export const deviations = mean.sub(truth(elsewhere)).div(std).toArray();
