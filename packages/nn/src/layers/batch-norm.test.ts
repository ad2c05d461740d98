import { gradcheck, valueAndGrad } from "@factorvae/autograd";
import {
  add,
  key,
  mean,
  mul,
  normal,
  reference64,
  reshape,
  square,
  sum,
  type Tensor,
  withBackend,
  zeros,
} from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import { parameters } from "../parameter.js";
import { stateDict } from "../state-dict.js";
import { BatchNorm } from "./batch-norm.js";

const size = fc.integer({ min: 2, max: 6 });
const seed = fc.integer({ min: 0, max: 2 ** 31 });

describe("BatchNorm", () => {
  it("by the batch gives every column mean 0 and variance 1, whatever its place and scale", () => {
    const scale = fc.double({ min: 0.1, max: 1e3, noNaN: true });
    const place = fc.double({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(size, size, seed, scale, place, (rows, width, from, wide, far) => {
        withBackend(reference64, () => {
          const x = add(mul(normal(key(from), [rows, width]), wide), far);
          const { output, statistics } = new BatchNorm<number>(width, { epsilon: 1e-12 }).forwardBatch(x);
          mean(output, 0).data.forEach((value) => {
            expect(Math.abs(value)).toBeLessThan(1e-6);
          });
          mean(square(output), 0).data.forEach((value, column) => {
            const spread = statistics.variance.data[column];
            expect(Math.abs(value - spread / (spread + 1e-12))).toBeLessThan(1e-6);
          });
        });
      }),
    );
  });

  it("by running statistics that have followed one batch wholly is what the batch itself gives, but for the estimate of variance", () => {
    fc.assert(
      fc.property(size, size, seed, (rows, width, from) => {
        withBackend(reference64, () => {
          const norm = new BatchNorm<number>(width, { momentum: 1, epsilon: 1e-12 });
          const x = normal(key(from), [rows, width]);
          const { output, statistics } = norm.forwardBatch(x);
          norm.track(statistics);
          const ratio = Math.sqrt((rows - 1) / rows);
          norm.forward(x).data.forEach((value, at) => {
            expect(Math.abs(value - ratio * output.data[at])).toBeLessThan(1e-5);
          });
        });
      }),
    );
  });

  it("moves its running statistics in track alone, by the momentum", () => {
    const norm = new BatchNorm(2, { momentum: 0.25 });
    const x = normal(key(1), [5, 2]);
    const before = stateDict(norm);
    const { statistics } = norm.forwardBatch(x);
    norm.forward(x);
    expect(stateDict(norm).runningMean.toArray()).toEqual(before.runningMean.toArray());
    norm.track(statistics);
    norm.runningMean.data.forEach((value, at) => {
      expect(value).toBeCloseTo(0.25 * statistics.mean.data[at], 6);
    });
    norm.runningVariance.data.forEach((value, at) => {
      expect(value).toBeCloseTo(0.75 + 0.25 * 1.25 * statistics.variance.data[at], 6);
    });
  });

  it("keeps nothing of the past at momentum 1, also of large statistics before small ones", () => {
    const norm = new BatchNorm(1, { momentum: 1 });
    for (const value of [1e5, 1e-9])
      norm.track({ mean: zeros([1]).add(value), variance: zeros([1]).add(value), rows: 2 });
    expect(norm.runningMean.item()).toBe(Math.fround(1e-9));
    expect(norm.runningVariance.item()).toBeCloseTo(2e-9, 14);
  });

  it("hands its statistics out of a training step, which track then takes", () => {
    const norm = new BatchNorm(2);
    const x = normal(key(1), [5, 2]);
    const { aux, grads } = valueAndGrad(() => {
      const { output, statistics } = norm.forwardBatch(x);
      return { loss: sum(square(output.add(1))), statistics };
    }, parameters(norm));
    norm.track(aux.statistics);
    expect(grads).toHaveLength(2);
    expect(norm.runningMean.data[0]).toBeCloseTo(0.1 * mean(x, 0).data[0], 6);
  });

  it("tracks within a loss too, again and again, as statistics are constants to every derivative", () => {
    const norm = new BatchNorm(2, { momentum: 0.5 });
    const x = normal(key(1), [5, 2]);
    const { grads } = valueAndGrad(() => {
      const [first, second] = [norm.forwardBatch(x), norm.forwardBatch(mul(x, 3))];
      norm.track(first.statistics);
      norm.track(second.statistics);
      return sum(square(first.output.add(second.output)));
    }, [x, norm.weight]);
    expect(grads[1].data[0]).not.toBe(0);
    expect(norm.runningMean.data[0]).toBeCloseTo(1.75 * mean(x, 0).data[0], 6);
  });

  it("treats each row by itself where running statistics count", () => {
    const norm = new BatchNorm(3);
    norm.track(norm.forwardBatch(normal(key(1), [7, 3])).statistics);
    const x = normal(key(2), [4, 3]);
    const alone = Array.from({ length: 4 }, (_, row) => norm.forward(x.slice(0, row, row + 1).as([1, 3])).toArray()[0]);
    expect(norm.forward(x).toArray()).toEqual(alone);
  });

  it("has the derivatives that differences give, first and second, through the statistics too", () => {
    fc.assert(
      fc.property(size, size, seed, fc.boolean(), (rows, width, from, batch) => {
        const norm = new BatchNorm<number>(width, { epsilon: 0.1 });
        const run = (x: Tensor, weight: Tensor, bias: Tensor): Tensor => {
          Object.assign(norm, { weight, bias });
          const matrix = reshape(x, [rows, width]);
          return batch ? norm.forwardBatch(matrix).output : withRunning(norm, matrix);
        };
        const inputs = [
          normal(key(from), [rows, width]),
          normal(key(from + 1), [width]),
          normal(key(from + 2), [width]),
        ];
        gradcheck(run, inputs, { key: key(from + 3) });
      }),
      runs(20),
    );
  });

  it("trains weight and bias, and saves the running statistics beside them", () => {
    const norm = new BatchNorm(3);
    expect(Object.keys(stateDict(norm))).toEqual(["weight", "bias", "runningMean", "runningVariance"]);
    expect(parameters(norm)).toEqual([norm.weight, norm.bias]);
  });

  it("refuses a batch that has no variance", () => {
    const norm = new BatchNorm(3);
    expect(() => norm.forwardBatch(zeros([1, 3]))).toThrow(
      "BatchNorm: a batch of 1 row has no variance; forward takes the running statistics",
    );
    expect(() => norm.forwardBatch(zeros([0, 3]))).toThrow("BatchNorm: a batch of no rows has no variance");
    expect(norm.forward(zeros([1, 3])).toArray()).toEqual([[0, 0, 0]]);
  });

  it("refuses inputs of another width, when compiling and when running", () => {
    const norm = new BatchNorm(3);
    // @ts-expect-error The layer takes 3 columns.
    expect(() => norm.forward(zeros([4, 5]))).toThrow("BatchNorm: x must be [..., 3], not [4, 5]");
    // @ts-expect-error One column would be spread over the width.
    expect(() => norm.forwardBatch(zeros([4, 1]))).toThrow("BatchNorm: x must be [..., 3], not [4, 1]");
  });

  it("tracks no statistics of another width, nor of rows too few for a variance, and keeps its own then", () => {
    const norm = new BatchNorm(3);
    const before = stateDict(norm).runningMean.toArray();
    const fits = { mean: zeros([3]), variance: zeros([3]), rows: 4 };
    // @ts-expect-error One column would be spread over the width.
    expect(() => norm.track({ ...fits, mean: zeros([1]).add(1) })).toThrow("BatchNorm: the mean must be [3], not [1]");
    // @ts-expect-error One column would be spread over the width.
    expect(() => norm.track({ ...fits, variance: zeros([1]) })).toThrow("BatchNorm: the variance must be [3], not [1]");
    for (const rows of [1, 0, 2.5, Number.NaN])
      expect(() => norm.track({ ...fits, rows })).toThrow(
        `BatchNorm: statistics must be of at least 2 rows, not ${rows}: of fewer there is no variance`,
      );
    expect(norm.runningMean.toArray()).toEqual(before);
  });

  it("refuses settings that are none", () => {
    expect(() => new BatchNorm(0)).toThrow("BatchNorm: width must be a whole number of at least 1, not 0");
    expect(() => new BatchNorm(3, { epsilon: 0 })).toThrow("BatchNorm: epsilon must be positive and finite, not 0");
    expect(() => new BatchNorm(3, { momentum: 0 })).toThrow("BatchNorm: momentum must be in (0, 1], not 0");
    expect(() => new BatchNorm(3, { momentum: Number.NaN })).toThrow("BatchNorm: momentum must be in (0, 1], not NaN");
  });
});

/** `forward`, in kernels in which the layer was not made. */
function withRunning(norm: BatchNorm, x: Tensor<readonly [number, number]>): Tensor {
  const width = x.shape[1];
  Object.assign(norm, { runningMean: zeros([width]).add(0.3), runningVariance: zeros([width]).add(2) });
  return norm.forward(x);
}
