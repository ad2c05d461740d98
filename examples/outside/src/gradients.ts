import {
  type EngineInfo,
  grad,
  hessian,
  info,
  key,
  type Mat,
  matmul,
  mean,
  normal,
  type Scalar,
  scalar,
  square,
  sum,
  tanh,
  tensor,
  type Vec,
} from "@factorvae/autograd";

/** What was computed, and on what it ran. */
export interface Findings {
  readonly engine: EngineInfo;
  /** A small gradient, element by element. */
  readonly slope: readonly number[];
  /** The second derivative of a cube. */
  readonly curvature: number;
  readonly hessian: readonly (readonly number[])[];
  /** The bits of a gradient of 512 x 512 elements that every thread has a part of, as one number. */
  readonly digest: number;
  /** The same gradient's sum of squares: what engines that round differently agree on. */
  readonly energy: number;
}

/** The FNV-1a hash of the bits of these numbers. */
function digestOf(values: ArrayLike<number>): number {
  const words = new Uint32Array(Float32Array.from(values).buffer);
  let hash = 0x811c9dc5;
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193) >>> 0;
  return hash;
}

/** Gradients small and large, on the engine as it is configured. */
export async function findings(): Promise<Findings> {
  const inputs = normal(key(1), [5, 3]);
  const slope = grad((weight: Vec<3>): Scalar => mean(square(tanh(matmul(inputs, weight.reshape([3, 1]))))));
  const cube = (x: Scalar): Scalar => x.mul(x).mul(x);
  const bowl = (x: Vec<2>): Scalar => sum(x.mul(x).mul(x));

  const x = normal(key(2), [512, 512]);
  const large = grad((weight: Mat<512, 512>): Scalar => mean(square(tanh(matmul(x, weight)))));
  const weight = normal(key(3), [512, 512]).mul(0.05);
  large(weight);
  // A browser's workers begin only when the thread that asked for them has nothing to do.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const gradient = large(weight);

  return {
    engine: info(),
    slope: slope(tensor([0.5, -1, 2], [3])).toArray(),
    curvature: grad((w: Scalar) => grad(cube)(w))(scalar(3)).item(),
    hessian: hessian(bowl)(tensor([1, 2], [2])).toArray(),
    digest: digestOf(gradient.data),
    energy: square(gradient).sum().item(),
  };
}
