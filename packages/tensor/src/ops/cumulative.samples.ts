import { at, build, total } from "../../test/naive.js";
import { ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import { cumsum } from "./cumulative.js";

export const cumulativeSamples: SampleTable = {
  cumsum: ({ m, n, k }) =>
    [0, 1, 2].map(
      (axis): Sample => ({
        about: `along axis ${axis}`,
        inputs: [{ shape: [m, n, k], domain: ordinary }],
        run: (x) => cumsum(x, axis - 3),
        expected: (x) =>
          build(x.shape, (index) =>
            total(index[axis] + 1, (position) =>
              at(
                x,
                index.map((own, other) => (other === axis ? position : own)),
              ),
            ),
          ),
      }),
    ),
};
