import { checkTensor } from "../operand.js";
import { type Dim, formatShape, ShapeError } from "../shape.js";
import type { Cube, Tensor } from "../tensor.js";
import { indices } from "./creation.js";
import { gather } from "./indexing.js";
import { product } from "./matmul.js";
import { padded } from "./slice.js";
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

function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`conv1d: ${name} is a whole number of at least ${least}, not ${value}`);
}

/**
 * The convolution of neural networks along the last axis, which is a correlation:
 * `x [B, C, L], kernel [O, C, W] -> [B, O, (L + 2 padding - dilation (W - 1) - 1) / stride + 1]`, rounded down. Element
 * `[b, o, l]` is the sum over c and w of `kernel[o, c, w] * x[b, c, l stride + w dilation - padding]`, x being 0 outside. As
 * one product of matrices, for which each input is laid out W times.
 *
 * @throws ShapeError if the channels differ, or the kernel is longer than the padded input.
 * @throws RangeError if an option is no whole number, or too small.
 */
export function conv1d<B extends Dim, C extends Dim, O extends Dim>(
  x: Cube<B, C>,
  kernel: Cube<O, NoInfer<C>>,
  { stride = 1, padding = 0, dilation = 1 }: Strides = {},
): Cube<B, O> {
  checkWhole("stride", stride, 1);
  checkWhole("padding", padding, 0);
  checkWhole("dilation", dilation, 1);
  const [from, by]: readonly Tensor[] = [x, kernel];
  checkTensor("conv1d", from);
  checkTensor("conv1d", by, 1);
  const shapes = `${formatShape(from.shape)} by ${formatShape(by.shape)}`;
  if (from.rank !== 3 || by.rank !== 3 || from.shape[1] !== by.shape[1])
    throw new ShapeError(
      "conv1d",
      `inputs [batch, channels, length] and kernels [results, channels, width] of as many channels are needed, not ${shapes}`,
      [from.shape, by.shape],
    );
  const [batch, channels, length] = from.shape;
  const [results, , width] = by.shape;
  const whole = length + 2 * padding;
  const reach = dilation * (width - 1) + 1;
  if (width === 0 || reach > whole)
    throw new ShapeError(
      "conv1d",
      `a kernel that reaches over ${Math.max(reach, 0)} places does not fit in ${whole}: ${shapes}; did you forget padding?`,
      [from.shape, by.shape],
    );
  const count = Math.floor((whole - reach) / stride) + 1;
  const places = Int32Array.from(
    { length: width * count },
    (_, at) => (at % count) * stride + Math.floor(at / count) * dilation,
  );
  const input = padding > 0 ? padded(from, 2, padding, whole) : from;
  const laid = withShape(gather(input, indices(places), 2), [batch, channels * width, count]);
  return product(withShape(by, [results, channels * width]), laid) as Tensor as Cube<B, O>;
}
