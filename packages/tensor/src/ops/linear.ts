import { linearBackward, linearForward } from "../backend/wasm/linear/linear.js";
import { elementwise } from "../elementwise.js";
import type { Expression } from "../formula.js";
import { contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { type Dim, formatShape, type Shape, ShapeError, sameShape } from "../shape.js";
import type { Mat, Vec } from "../tensor.js";
import { leakyRelu } from "./activation.js";
import { add } from "./arithmetic.js";
import { product } from "./matmul.js";
import { sum } from "./reduce.js";
import { matrixTransposed } from "./view.js";

interface Slope {
  /** What results that are not positive are multiplied by; 1 for no activation. */
  readonly slope: number;
}

function checkShapes([x, weight, bias]: readonly Shape[]): void {
  const wanted: readonly (readonly [string, Shape, Shape])[] = [
    ["x", x, [x[0], weight[1]]],
    ["weight", weight, [weight[0], x[1]]],
    ["bias", bias, [weight[0]]],
  ];
  for (const [name, found, shape] of wanted)
    if (!sameShape(found, shape))
      throw new ShapeError(
        "linear",
        `${name} is ${formatShape(found)} in ${formatShape(x)} @ ${formatShape(weight)}' + ${formatShape(bias)}`,
        [x, weight, bias],
      );
}

const linearOp: Op<Slope> = {
  name: "linear",
  shape: (shapes) => {
    checkShapes(shapes);
    const [x, weight] = shapes;
    return [[x[0], weight[0]]];
  },
  forward: (kernels, [x, weight, bias], { slope }, [shape]) =>
    // Of no inputs there is no product.
    kernels.linear && x.layout.shape[1] > 0
      ? [{ storage: linearForward(kernels.linear, x, weight, bias, slope), layout: contiguous(shape) }]
      : undefined,
  plain: ([x, weight, bias], { slope }) => {
    const sums = add(product(x, matrixTransposed(weight)), bias);
    return [slope === 1 ? sums : leakyRelu(sums, slope)];
  },
  vjp: ({ inputs: [x, weight], outputs: [result], gradients: [g], needed, attributes: { slope } }) => {
    const [toWeight, toBias, toX] = apply(linearGradientOp, [g, result, x, weight], {
      slope,
      reachesInputs: needed[0],
    });
    return [toX, toWeight, toBias];
  },
};

/** What `leakyRelu` passes back, told by its result. */
const leakyGradient = elementwise("leakyGradient", (received: Expression, result: Expression, slope: Expression) =>
  result.gt(0).select(received, received.mul(slope)),
);

/** The gradients of weight and bias; then of x, if `reachesInputs`. */
const linearGradientOp: Op<Slope & { readonly reachesInputs: boolean }> = {
  name: "linear.vjp",
  shape: ([, , x, weight], { reachesInputs }) => [weight, [weight[0]], ...(reachesInputs ? [x] : [])],
  forward: (kernels, [received, result, x, weight], { slope, reachesInputs }, shapes) => {
    const [outputs, inputs] = weight.layout.shape;
    if (!kernels.linear || outputs * inputs === 0) return undefined;
    const made = linearBackward(kernels.linear, received, result, x, weight, slope, reachesInputs);
    return made.map((storage, at) => ({ storage, layout: contiguous(shapes[at]) }));
  },
  plain: ([received, result, x, weight], { slope, reachesInputs }) => {
    const toSums = slope === 1 ? received : leakyGradient(received, result, slope);
    return [
      product(matrixTransposed(toSums), x),
      sum(toSums as Mat, 0),
      ...(reachesInputs ? [product(toSums, weight)] : []),
    ];
  },
  vjp: "plain",
};

/**
 * A layer: `x W' + b`, row by row, and then, with a slope, `leakyRelu` of it: `[R, In], [Out, In], [Out] -> [R, Out]`.
 *
 * @throws ShapeError if the shapes do not go together.
 * @throws RangeError if the slope is negative or not finite.
 */
export const linear = defineOp(
  linearOp,
  <R extends Dim, In extends Dim, Out extends Dim>(
    x: Mat<R, In>,
    weight: Mat<Out, NoInfer<In>>,
    bias: Vec<NoInfer<Out>>,
    slope = 1,
  ): Mat<R, Out> => {
    // Below 0 the result's sign would not tell that of the sum.
    if (!(slope >= 0 && slope < Number.POSITIVE_INFINITY))
      throw new RangeError(`linear: the slope must be finite and at least 0, not ${slope}`);
    return apply(linearOp, [x, weight, bias], { slope })[0] as Mat<R, Out>;
  },
);
