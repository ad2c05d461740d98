import { at, build, total } from "../../test/naive.js";
import { ordinary, type SampleTable } from "../../test/sample.js";
import type { Mat } from "../tensor.js";
import { pairColumns, pairs, pairsGradient } from "./pairs.js";

export const pairsSamples: SampleTable = {
  pairs: ({ m, n, k }) =>
    [n, n + k, 3 * k + 5].map((columns) => ({
      about: `of ${columns} columns`,
      inputs: [{ shape: [m, columns], domain: ordinary }],
      run: (x) => pairs(x as Mat),
      expected: (x) => {
        const { left, right } = pairColumns(columns);
        return build([m, left.length], ([row, pair]) => at(x, [row, left[pair]]) * at(x, [row, right[pair]]));
      },
    })),
  pairsGradient: ({ m, n }) =>
    [n, n + 4].map((columns) => ({
      about: `of ${columns} columns`,
      inputs: [
        { shape: [m, columns], domain: ordinary },
        { shape: [m, (columns * (columns + 1)) / 2], domain: ordinary },
      ],
      run: (x, g) => pairsGradient(x as Mat, g as Mat),
      expected: (x, g) => {
        const { left, right } = pairColumns(columns);
        return build([m, columns], ([row, column]) =>
          total(left.length, (pair) => {
            const from = (one: Int32Array, other: Int32Array): number =>
              one[pair] === column ? at(g, [row, pair]) * at(x, [row, other[pair]]) : 0;
            return from(left, right) + from(right, left);
          }),
        );
      },
    })),
};
