import { valueAndGrad } from "@factorvae/autograd";
import {
  assign,
  indices,
  key,
  normal,
  pinned,
  readSafetensors,
  reference64,
  scalar,
  sum,
  type Tensor,
  withBackend,
  writeSafetensors,
  zeros,
} from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import { parameter } from "../parameter.js";
import { StateDictError } from "../state-dict.js";
import { exponentialAverage } from "./average.js";

const seed = fc.integer({ min: 0, max: 2 ** 31 });
const decay = fc.double({ min: 0, max: 0.9999, noNaN: true });
const shapes = [[2, 3], [4], []] as const;

const draws = (from: number): Tensor[] => shapes.map((shape, at) => normal(key(from + at), shape));
const values = (tensors: readonly Tensor[]): unknown[] => tensors.map((tensor) => tensor.toArray());

function move(params: readonly Tensor[], to: readonly Tensor[]): void {
  params.forEach((parameter, at) => {
    assign(parameter, to[at]);
  });
}

describe("exponentialAverage", () => {
  it("is decay^n of the first values and (1 - decay) decay^(n - i) of the i-th", () => {
    fc.assert(
      fc.property(seed, decay, fc.integer({ min: 0, max: 12 }), (from, kept, updates) => {
        withBackend(reference64, () => {
          const params = draws(from).map(parameter);
          const average = exponentialAverage(params, kept);
          for (let count = 1; count <= updates; count++) {
            move(params, draws(from + 10 * count));
            average.update();
          }
          average.values().forEach(({ data }, at) => {
            data.forEach((value, index) => {
              let expected = kept ** updates * draws(from)[at].data[index];
              for (let count = 1; count <= updates; count++)
                expected += (1 - kept) * kept ** (updates - count) * draws(from + 10 * count)[at].data[index];
              expect(value).toBeCloseTo(expected, 12);
            });
          });
        });
      }),
      runs(40),
    );
  });

  it("is the parameters where nothing is kept, also small ones after large ones", () => {
    const x = parameter(scalar(1e5));
    const average = exponentialAverage([x], 0);
    assign(x, scalar(1e-5));
    average.update();
    expect(average.values()[0].item()).toBe(Math.fround(1e-5));
  });

  it("stands in for the parameters while a function runs, and no longer", () => {
    const params = draws(1).map(parameter);
    const average = exponentialAverage(params, 0.5);
    move(params, draws(20));
    average.update();
    const own = values(params);
    expect(average.withAverages(() => values(params))).toEqual(values(average.values()));
    expect(values(average.values())).not.toEqual(own);
    expect(values(params)).toEqual(own);
  });

  it("gives the parameters back after an error, and after a function that turns out to be asynchronous", () => {
    const params = draws(1).map(parameter);
    const average = exponentialAverage(params, 0.5);
    move(params, draws(20));
    const fail = (): never => {
      throw new Error("inside");
    };
    expect(() => average.withAverages(fail)).toThrow("inside");
    expect(values(params)).toEqual(values(draws(20)));
    expect(() => average.withAverages(async () => 1)).toThrow(
      "exponentialAverage: what runs with the averages must not be asynchronous",
    );
    expect(values(params)).toEqual(values(draws(20)));
  });

  it("leaves the parameters as they were where the last cannot be overwritten", () => {
    const params = draws(1).map(parameter);
    const average = exponentialAverage(params, 0.5);
    move(params, draws(20));
    const loss = (): Tensor<readonly []> => average.withAverages(() => sum(params[2]));
    expect(() => valueAndGrad(loss, [params[2]])).toThrow("a tensor [] is being differentiated");
    expect(values(params)).toEqual(values(draws(20)));
  });

  it("leaves the averages as they were where the last parameter cannot be read", () => {
    const params = withBackend(reference64, () => [parameter(scalar(1)), parameter(scalar(2))]);
    const average = withBackend(reference64, () => exponentialAverage(params, 0.5));
    expect(() => average.update()).toThrow(
      "exponentialAverage.update: parameters: 0, [], is float64, which only reference64 can use",
    );
    expect(values(average.memory())).toEqual([1, 2]);
  });

  it("takes in the same with its memory pinned, which goes back to the heap", () => {
    const params = draws(1).map(parameter);
    const [free, held] = [exponentialAverage(params, 0.5), exponentialAverage(params, 0.5)];
    move(params, draws(20));
    free.update();
    pinned([...params, ...held.memory()], () => held.update());
    expect(values(held.values())).toEqual(values(free.values()));
    expect(held.memory().every(({ storage }) => storage.isOnHeap)).toBe(true);
  });

  it("refuses a parameter given twice, and indices", () => {
    const [matrix] = draws(1).map(parameter);
    expect(() => exponentialAverage([matrix, matrix], 0.9)).toThrow(
      "exponentialAverage: parameter 1, [2, 3], is parameter 0 again",
    );
    expect(() => exponentialAverage([indices([1])], 0.9)).toThrow(
      "exponentialAverage: parameter 0, [1], holds indices",
    );
  });

  it("neither changes the parameters nor is changed through what it gave out", () => {
    const params = draws(1).map(parameter);
    const average = exponentialAverage(params, 0.9);
    const given = average.values();
    move(params, draws(20));
    average.update();
    expect(values(given)).toEqual(values(draws(1)));
    expect(values(params)).toEqual(values(draws(20)));
    move(given, draws(40));
    expect(values(average.values())).not.toEqual(values(draws(40)));
  });

  it("goes on from a saved state as if it had never stopped, to the bit", () => {
    const params = draws(1).map(parameter);
    const average = exponentialAverage(params, 0.9);
    move(params, draws(20));
    average.update();
    const saved = writeSafetensors(average.stateDict());
    const resumed = exponentialAverage(params, 0.9);
    resumed.loadStateDict(readSafetensors(saved).tensors);
    move(params, draws(40));
    average.update();
    resumed.update();
    expect(values(resumed.values())).toEqual(values(average.values()));
  });

  it("refuses the state of other parameters", () => {
    const average = exponentialAverage(draws(1), 0.9);
    expect(() => average.loadStateDict(exponentialAverage(draws(1).slice(1), 0.9).stateDict())).toThrow(StateDictError);
  });

  it.each([-0.1, 1, Number.NaN])("refuses a decay of %d", (wrong) => {
    expect(() => exponentialAverage([zeros([1])], wrong)).toThrow(
      `exponentialAverage: the decay must be in [0, 1), not ${wrong}`,
    );
  });

  it("refuses what is no list of parameters", () => {
    // @ts-expect-error A module is no list of parameters.
    expect(() => exponentialAverage({ a: normal(key(1), [2]) }, 0.9)).toThrow(
      "exponentialAverage: parameters must be an array of tensors, not an object; did you mean parameters(module)?",
    );
  });
});
