import { checkTensor, described } from "../operand.js";
import { type Dim, formatShape, ShapeError } from "../shape.js";
import type { Cube, Tensor } from "../tensor.js";
import { stack } from "./join.js";
import { product } from "./matmul.js";
import { padded, sliced } from "./slice.js";
import { withShape } from "./view.js";

/** How a kernel goes along its input. */
export interface Strides {
  /** Places from one position of the kernel to the next (default 1). */
  readonly stride?: number;
  /** Zeros before and behind the input (default 0). */
  readonly padding?: number;
  /** Places from one element of the kernel to the next (default 1). */
  readonly dilation?: number;
}

/** Parts of the channels, each with an equal part of the kernels to itself. */
export interface Grouped extends Strides {
  /** How many parts. */
  readonly groups: number;
}

function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`conv1d: ${name} is a whole number of at least ${least}, not ${value}`);
}

/**
 * The convolution of neural networks along the last axis, which is a correlation:
 * `x [B, C, L], kernel [O, C / groups, W] -> [B, O, (L + 2 padding - dilation (W - 1) - 1) / stride + 1]`, rounded down.
 * Element `[b, o, l]` is the sum over c and w of `kernel[o, c, w] * x[b, c, l stride + w dilation - padding]`, x being 0
 * outside; with `groups`, each part of the results has its own part of the channels, in order. As products of matrices, for
 * which each input is laid out W times.
 *
 * @throws ShapeError if the channels do not go together, the results do not divide among the groups, or the kernel has no
 * width or is longer than the padded input.
 * @throws RangeError if an option is no whole number, or too small.
 * @throws TypeError if the options are no object.
 *
 * @example
 * // With a bias for each of the results.
 * const [x, kernel, bias] = [ones([2, 3, 5]), ones([4, 3, 2]), zeros([4])];
 * add(conv1d(x, kernel), reshape(bias, [bias.shape[0], 1])).shape; // [2, 4, 4]
 */
export function conv1d<B extends Dim, O extends Dim>(x: Cube<B>, kernel: Cube<O>, options: Grouped): Cube<B, O>;
// The plain case comes last: where no overload fits, the compiler explains the last one.
export function conv1d<B extends Dim, C extends Dim, O extends Dim>(
  x: Cube<B, C>,
  kernel: Cube<O, NoInfer<C>>,
  options?: Strides,
): Cube<B, O>;
export function conv1d(x: Tensor, kernel: Tensor, options: Partial<Grouped> = {}): Tensor {
  if (typeof options !== "object" || options === null)
    throw new TypeError(`conv1d: options are an object, not ${described(options)}`);
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  checkWhole("stride", stride, 1);
  checkWhole("padding", padding, 0);
  checkWhole("dilation", dilation, 1);
  checkWhole("groups", groups, 1);
  checkTensor("conv1d", x);
  checkTensor("conv1d", kernel, 1);
  const shapes = `${formatShape(x.shape)} by ${formatShape(kernel.shape)}`;
  const [batch, channels, length] = x.shape;
  const [results, ofEach, width] = kernel.shape;
  if (x.rank !== 3 || kernel.rank !== 3 || channels !== ofEach * groups)
    throw new ShapeError(
      "conv1d",
      `inputs [batch, channels, length] and kernels [results, channels, width] of as many channels${groups === 1 ? "" : ` in each of ${groups} groups`} are needed, not ${shapes}`,
      [x.shape, kernel.shape],
    );
  if (results % groups !== 0)
    throw new ShapeError("conv1d", `${results} results cannot be divided among ${groups} groups: ${shapes}`, [
      x.shape,
      kernel.shape,
    ]);
  if (width === 0)
    throw new ShapeError("conv1d", `a kernel of no width gives no result: ${shapes}`, [x.shape, kernel.shape]);
  const whole = length + 2 * padding;
  const reach = dilation * (width - 1) + 1;
  if (reach > whole)
    throw new ShapeError(
      "conv1d",
      `a kernel that reaches over ${reach} places does not fit in ${whole}: ${shapes}; did you forget padding?`,
      [x.shape, kernel.shape],
    );
  const count = Math.floor((whole - reach) / stride) + 1;
  // By `stride` the places fall into phases, so that what an element of the kernel meets is a slice of one of them.
  const steps = Math.ceil(whole / stride);
  const input = steps * stride > length ? padded(x, 2, padding, steps * stride) : x;
  const phases = withShape(input, [batch, channels, steps, stride]);
  const met = Array.from({ length: width }, (_, at) => {
    const phase = (at * dilation) % stride;
    const first = (at * dilation - phase) / stride;
    return withShape(sliced(sliced(phases, 3, phase, phase + 1), 2, first, first + count), [batch, channels, count]);
  });
  const laid = withShape(stack(met, 2), [batch, groups, ofEach * width, count]);
  const kernels = withShape(kernel, [groups, results / groups, ofEach * width]);
  return withShape(product(kernels, laid), [batch, results, count]);
}
