import { at, build, type Naive, total } from "../../test/naive.js";
import { ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import { broadcastShapes, type Shape } from "../shape.js";
import { outer, product } from "./matmul.js";

function rowsTimesColumns(a: Naive, b: Naive): Naive {
  const batch = broadcastShapes("sample", [a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const [m, k] = a.shape.slice(-2);
  const [n] = b.shape.slice(-1);
  return build([...batch, m, n], (index) => {
    const [row, column] = index.slice(-2);
    const which = index.slice(0, -2);
    return total(k, (i) => at(a, [...which, row, i]) * at(b, [...which, i, column]));
  });
}

const sample = (about: string, a: Shape, b: Shape): Sample => ({
  about,
  inputs: [
    { shape: a, domain: ordinary },
    { shape: b, domain: ordinary },
  ],
  run: (left, right) => product(left, right),
  expected: rowsTimesColumns,
});

export const matmulSamples: SampleTable = {
  matmul: ({ m, n, k }) => [
    sample("matrices", [m, k], [k, n]),
    sample("larger than a tile", [m + 5, k], [k, n + 6]),
    sample("an outer product", [m, 1], [1, n]),
    sample("batches", [2, m, k], [2, k, n]),
    sample("one matrix for a batch", [2, m, k], [k, n]),
    sample("a batch for one matrix", [m, k], [2, k, n]),
    sample("batches that broadcast", [2, 1, m, k], [3, k, n]),
  ],
  outer: ({ m, n }) => [
    {
      about: "of vectors",
      inputs: [
        { shape: [m], domain: ordinary },
        { shape: [n], domain: ordinary },
      ],
      run: (a, b) => outer(a.as([m]), b.as([n])),
      expected: (a, b) => build([m, n], ([row, column]) => at(a, [row]) * at(b, [column])),
    },
  ],
};
