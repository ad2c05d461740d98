import { gradcheck } from "@factorvae/autograd";
import { key, normal, reference64, reshape, ShapeError, type Tensor, withBackend, zeros } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import { Linear } from "./linear.js";

const size = fc.integer({ min: 1, max: 6 });
const seed = fc.integer({ min: 0, max: 2 ** 31 });

describe("Linear", () => {
  it("adds up each row's products with a row of the weight, and the bias", () => {
    fc.assert(
      fc.property(size, size, size, seed, (rows, inputs, outputs, from) => {
        withBackend(reference64, () => {
          const layer = new Linear(inputs, outputs, key(from));
          const x = normal(key(from + 1), [rows, inputs]);
          const [values, weight, bias] = [x.toArray(), layer.weight.toArray(), layer.bias.toArray()];
          const expected = values.map((row) =>
            weight.map((column, out) => row.reduce((total, value, at) => total + value * column[at], bias[out])),
          );
          const found = layer.forward(x).toArray();
          expected.flat().forEach((value, at) => {
            expect(found.flat()[at]).toBeCloseTo(value, 12);
          });
        });
      }),
    );
  });

  it("has the derivatives that differences give, first and second", () => {
    fc.assert(
      fc.property(size, size, size, seed, (rows, inputs, outputs, from) => {
        const layer = new Linear<number, number>(inputs, outputs, key(from));
        const forward = (x: Tensor, weight: Tensor, bias: Tensor): Tensor =>
          Object.assign(layer, { weight, bias }).forward(reshape(x, [rows, inputs]));
        gradcheck(forward, [normal(key(from), [rows, inputs]), layer.weight, layer.bias], { key: key(from + 2) });
      }),
      runs(20),
    );
  });

  it("starts differently for weight and bias, and equally for equal keys", () => {
    const [one, same, other] = [7, 7, 8].map((from) => new Linear(3, 3, key(from)));
    expect(one.weight.toArray()).toEqual(same.weight.toArray());
    expect(one.weight.toArray()).not.toEqual(other.weight.toArray());
    expect(one.weight.toArray()[0]).not.toEqual(one.bias.toArray());
  });

  it("refuses inputs of another width, when compiling and when running", () => {
    const layer = new Linear(3, 2, key(1));
    // @ts-expect-error The layer takes 3 columns.
    expect(() => layer.forward(zeros([4, 5]))).toThrow(ShapeError);
    // @ts-expect-error The last axis counts, not the one before it.
    expect(() => layer.forward(zeros([2, 3, 4]))).toThrow("Linear: x must be [..., 3], not [2, 3, 4]");
    // @ts-expect-error A scalar has no axis.
    expect(() => layer.forward(zeros([]))).toThrow("Linear: x must be [..., 3], not []");
    const result: Tensor<readonly [4, 2]> = layer.forward(zeros([4, 3]));
    expect(result.shape).toEqual([4, 2]);
    const ofVector: Tensor<readonly [2]> = layer.forward(zeros([3]));
    expect(ofVector.toArray()).toEqual(layer.bias.toArray());
  });

  it.each([0, -1, 2.5, Number.NaN])("refuses a size of %d", (wrong) => {
    expect(() => new Linear(wrong, 2, key(1))).toThrow(
      `Linear: inputs must be a whole number of at least 1, not ${wrong}`,
    );
    expect(() => new Linear(2, wrong, key(1))).toThrow(`outputs must be a whole number of at least 1, not ${wrong}`);
  });
});
