import { quadraticBackward, quadraticForward } from "../backend/wasm/quadratic/quadratic.js";
import { contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { type Dim, formatShape, type Shape, ShapeError, sameShape } from "../shape.js";
import type { Mat, Tensor } from "../tensor.js";
import { add, mul } from "./arithmetic.js";
import { gather, scatterAdd } from "./indexing.js";
import { product } from "./matmul.js";
import { matrixTransposed } from "./view.js";

/** The columns `a <= b` of each pair, `(0, 0), (0, 1), ... (1, 1), ...`. */
export interface PairColumns {
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/** The pairs of so many columns, `count (count + 1) / 2`. */
export function pairColumns(count: number): PairColumns {
  const pairs = (count * (count + 1)) / 2;
  const left = new Int32Array(pairs);
  const right = new Int32Array(pairs);
  let pair = 0;
  for (let a = 0; a < count; a++)
    for (let b = a; b < count; b++, pair++) {
      left[pair] = a;
      right[pair] = b;
    }
  return { left, right };
}

function checkShapes([x, coefficients]: readonly Shape[]): void {
  const fits = x.length === 2 && coefficients.length === 2 && coefficients[0] === (x[1] * (x[1] + 1)) / 2;
  if (!fits)
    throw new ShapeError(
      "quadraticForms",
      `${formatShape(x)} needs a row of coefficients for each pair of columns, not ${formatShape(coefficients)}`,
      [x, coefficients],
    );
}

const isEmpty = (values: readonly { readonly layout: { readonly shape: Shape } }[]): boolean =>
  values.some(({ layout: { shape } }) => shape.includes(0));

const formsOp: Op<undefined> = {
  name: "quadraticForms",
  shape: (shapes) => {
    checkShapes(shapes);
    const [x, coefficients] = shapes;
    return [[x[0], coefficients[1]]];
  },
  forward: (kernels, [x, coefficients], _, [shape]) =>
    kernels.linear && !isEmpty([x, coefficients])
      ? [{ storage: quadraticForward(kernels.linear, x, coefficients), layout: contiguous(shape) }]
      : undefined,
  plain: ([x, coefficients]) => {
    const { left, right } = pairColumns(x.shape[1]);
    return [product(mul(gather(x, left, 1), gather(x, right, 1)), coefficients)];
  },
  vjp: ({ inputs: [x, coefficients], gradients: [g], needed: [toX, toCoefficients] }) => {
    const made = passedBack(g, x, coefficients, { toX, toCoefficients });
    return [made.toX, made.toCoefficients];
  },
};

/** Which gradients of quadratic forms are wanted. */
export interface Wanted {
  readonly toX: boolean;
  readonly toCoefficients: boolean;
}

const formsGradientOp: Op<Wanted> = {
  name: "quadraticForms.vjp",
  shape: ([received, x, coefficients], { toX, toCoefficients }) => {
    checkShapes([x, coefficients]);
    if (!sameShape(received, [x[0], coefficients[1]]))
      throw new ShapeError(
        "quadraticFormsGradient",
        `${formatShape(x)} and ${formatShape(coefficients)} have forms ${formatShape([x[0], coefficients[1]])}, not ${formatShape(received)}`,
        [received, x, coefficients],
      );
    return [...(toX ? [x] : []), ...(toCoefficients ? [coefficients] : [])];
  },
  forward: (kernels, [received, x, coefficients], { toX, toCoefficients }, shapes) =>
    kernels.linear && !isEmpty([received, x])
      ? quadraticBackward(kernels.linear, received, x, coefficients, [toX, toCoefficients]).map((storage, at) => ({
          storage,
          layout: contiguous(shapes[at]),
        }))
      : undefined,
  plain: ([received, x, coefficients], { toX, toCoefficients }) => {
    const columns = x.shape[1];
    const { left, right } = pairColumns(columns);
    const [ofLeft, ofRight] = [gather(x, left, 1), gather(x, right, 1)];
    const through = (): Tensor => {
      const toPairs = product(received, matrixTransposed(coefficients));
      return add(
        scatterAdd(mul(toPairs, ofRight), left, 1, columns),
        scatterAdd(mul(toPairs, ofLeft), right, 1, columns),
      );
    };
    return [
      ...(toX ? [through()] : []),
      ...(toCoefficients ? [product(matrixTransposed(mul(ofLeft, ofRight)), received)] : []),
    ];
  },
  vjp: "plain",
};

/** The gradients by name; undefined where not wanted. */
interface Gradients<X extends Tensor, C extends Tensor> {
  readonly toX: X | undefined;
  readonly toCoefficients: C | undefined;
}

function passedBack(
  received: Tensor,
  x: Tensor,
  coefficients: Tensor,
  { toX, toCoefficients }: Wanted,
): Gradients<Tensor, Tensor> {
  if (!toX && !toCoefficients) return { toX: undefined, toCoefficients: undefined };
  const made = apply(formsGradientOp, [received, x, coefficients], { toX, toCoefficients });
  return { toX: toX ? made[0] : undefined, toCoefficients: toCoefficients ? made[made.length - 1] : undefined };
}

/**
 * Quadratic forms of each row: `sum over a <= b of coefficients[(a, b), k] x[i, a] x[i, b]`, the pairs in the order
 * `(0, 0), (0, 1), ... (1, 1), ...`: `[R, C], [C (C + 1) / 2, K] -> [R, K]`. Half the work of symmetric matrices.
 *
 * @throws ShapeError if the shapes do not go together.
 */
export const quadraticForms = defineOp(
  formsOp,
  <R extends Dim, K extends Dim>(x: Mat<R>, coefficients: Mat<number, K>): Mat<R, K> =>
    apply(formsOp, [x, coefficients], undefined)[0] as Mat<R, K>,
);

/**
 * What `quadraticForms` passes back: received `[R, K]`, x `[R, C]` and coefficients `[C (C + 1) / 2, K]` give the gradients
 * of the latter two, those that are wanted (by default both).
 *
 * @throws ShapeError if the shapes do not go together.
 */
export const quadraticFormsGradient = defineOp(
  formsGradientOp,
  <R extends Dim, C extends Dim, K extends Dim>(
    received: Mat<R, K>,
    x: Mat<NoInfer<R>, C>,
    coefficients: Mat<number, NoInfer<K>>,
    wanted: Wanted = { toX: true, toCoefficients: true },
  ) => passedBack(received, x, coefficients, wanted) as Gradients<Mat<R, C>, Mat<number, K>>,
);
