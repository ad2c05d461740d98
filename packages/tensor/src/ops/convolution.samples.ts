import { at, build, total } from "../../test/naive.js";
import { ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import { conv1d, type Strides } from "./convolution.js";

const convolved = (
  [batch, channels, length]: readonly [number, number, number],
  [results, width]: readonly [number, number],
  strides: Strides,
  groups = 1,
): Sample => {
  const { stride = 1, padding = 0, dilation = 1 } = strides;
  return {
    about: `kernels ${width} wide, ${stride} on, ${padding} zeros, ${dilation} apart, in ${groups} groups`,
    inputs: [
      { shape: [batch, channels, length], domain: ordinary },
      { shape: [results, channels / groups, width], domain: ordinary },
    ],
    run: (x, kernel) =>
      groups === 1
        ? conv1d(x.as([batch, channels, length]), kernel.as([results, channels, width]), strides)
        : conv1d(x.as([batch, channels, length]), kernel.as([results, channels / groups, width]), {
            ...strides,
            groups,
          }),
    expected: (x, kernel) => {
      const count = Math.floor((length + 2 * padding - dilation * (width - 1) - 1) / stride) + 1;
      return build([batch, results, count], ([b, o, position]) =>
        total(channels / groups, (c) =>
          total(width, (w) => {
            const from = position * stride + w * dilation - padding;
            const own = Math.floor((o * groups) / results) * (channels / groups) + c;
            return from < 0 || from >= length ? 0 : at(x, [b, own, from]) * at(kernel, [o, c, w]);
          }),
        ),
      );
    },
  };
};

export const convolutionSamples: SampleTable = {
  conv1d: ({ m, n, k }) => [
    convolved([m, n, k + 3], [2, 3], {}),
    convolved([2, n, k + 5], [m, 2], { stride: 2 }),
    convolved([m, 2, n + 1], [k, 3], { padding: 1 + k }),
    convolved([1, m, n + 4], [2, 2], { stride: 3, padding: 2, dilation: 3 }),
    convolved([m, k, 4], [n, 1], {}),
    convolved([m, 2 * k, 5], [2 * n, 3], { padding: 1 }, 2),
    convolved([2, 3, n + 3], [3, 2], { stride: 2, dilation: 2 }, 3),
  ],
};
