import { checkpoint, gradcheck, valueAndGrad } from "@factorvae/autograd";
import {
  indices,
  key,
  type Mat,
  mean,
  normal,
  oneHot,
  reference64,
  reshape,
  softmax,
  sum,
  type Tensor,
  tensor,
  type Vec,
  withBackend,
  zeros,
} from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import type { CrossEntropyOptions } from "./class-targets.js";
import { crossEntropy, crossEntropyOfProbabilities } from "./cross-entropy.js";
import { expectAlike, seed, size } from "./losses.samples.js";

describe("cross entropy", () => {
  it("of a class is that of probabilities which are 1 there", () => {
    fc.assert(
      fc.property(size, size, seed, (rows, count, from) => {
        withBackend(reference64, () => {
          const logits = normal(key(from), [rows, count]);
          const classes = Array.from({ length: rows }, (_, row) => (row * 7 + from) % count);
          const certain = oneHot(classes, count).as([rows, count]);
          expectAlike(crossEntropy(logits, classes, "none"), crossEntropyOfProbabilities(logits, certain, "none"));
          expectAlike(crossEntropy(logits, indices(classes)), crossEntropy(logits, classes));
        });
      }),
    );
  });

  it("is at its least, the entropy, where the logits are the logarithms of the probabilities", () => {
    fc.assert(
      fc.property(size, size, seed, (rows, count, from) => {
        withBackend(reference64, () => {
          const shares = softmax(normal(key(from), [rows, count]), 1);
          const least = crossEntropyOfProbabilities(shares.log(), shares, "none");
          expectAlike(least, sum(shares.mul(shares.log()), 1).neg());
          const other = crossEntropyOfProbabilities(normal(key(from + 1), [rows, count]), shares, "none");
          other.data.forEach((value, row) => {
            expect(value).toBeGreaterThanOrEqual(least.data[row] - 1e-12);
          });
        });
      }),
    );
  });

  it("stays finite at the farthest logits, and leaves out what is impossible and never happens", () => {
    expect(crossEntropy(tensor([1e38, -1e38, 0], [1, 3]), [1]).item()).toBeGreaterThan(1e38);
    const impossible = tensor([0, Number.NEGATIVE_INFINITY], [1, 2]);
    expect(crossEntropy(impossible, [0]).item()).toBe(0);
    expect(crossEntropyOfProbabilities(impossible, tensor([1, 0], [1, 2])).item()).toBe(0);
    expect(crossEntropyOfProbabilities(impossible, tensor([0.5, 0.5], [1, 2])).item()).toBe(Number.POSITIVE_INFINITY);
    const { grads } = valueAndGrad(() => crossEntropyOfProbabilities(impossible, tensor([1, 0], [1, 2])), [impossible]);
    expect(grads[0].toArray()).toEqual([[0, 0]]);
  });

  it("with weights and smoothing is that of the probabilities which they amount to", () => {
    const share = fc.double({ min: 0, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(size, size, seed, share, (rows, count, from, smoothing) => {
        withBackend(reference64, () => {
          const logits = normal(key(from), [rows, count]);
          const classes = Array.from({ length: rows }, (_, row) => (row * 7 + from) % count);
          const smooth = oneHot(classes, count)
            .mul(1 - smoothing)
            .add(smoothing / count)
            .as([rows, count]);
          const found = crossEntropy(logits, classes, "none", { smoothing });
          expectAlike(found, crossEntropyOfProbabilities(logits, smooth, "none"));
          expectAlike(crossEntropy(logits, classes, "mean", { smoothing }), mean(found));
          const weights = Array.from({ length: count }, (_, index) => 1 + index);
          const each = crossEntropy(logits, classes, "none").data.map((loss, row) => loss * weights[classes[row]]);
          expectAlike(crossEntropy(logits, classes, "none", { weights }), tensor(Array.from(each)).as([rows]));
        });
      }),
    );
  });

  it("leaves out the rows of an ignored class, in the mean and in the gradient", () => {
    fc.assert(
      fc.property(size, size, seed, fc.constantFrom(0, 0.2), (rows, count, from, smoothing) => {
        const logits = normal(key(from), [rows + 2, count]);
        const classes = Array.from({ length: rows + 2 }, (_, row) => (row < 2 ? -1 : row % count));
        const options = { ignore: -1, smoothing };
        const rest = logits.slice(0, 2, rows + 2).as([rows, count]);
        const { value, grads } = valueAndGrad(() => crossEntropy(logits, classes, "mean", options), [logits]);
        const kept = valueAndGrad(() => crossEntropy(rest, classes.slice(2), "mean", { smoothing }), [rest]);
        expectAlike(value, kept.value, 1e-6);
        expect(grads[0].data.slice(0, 2 * count).every((slope) => slope === 0)).toBe(true);
        expectAlike(grads[0].slice(0, 2, rows + 2), kept.grads[0], 1e-6);
        expect(crossEntropy(logits, classes, "none", options).toArray().slice(0, 2)).toEqual([0, 0]);
      }),
    );
  });

  it("does not look at the logits of ignored rows, whatever they hold, in the value and in the gradient", () => {
    const { POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least, NaN: none } = Number;
    const ignored = [
      [none, 1, 2],
      [most, 0, 0],
      [least, least, least],
      [none, none, most],
    ];
    for (const smoothing of [0, 0.1])
      for (const weights of [undefined, [1, 2, 3]]) {
        const options = { ignore: -100, smoothing, ...(weights && { weights }) };
        const logits = (row: readonly number[]): Mat => tensor([1, 2, 3, ...row, 0, -1, 4], [3, 3]);
        const found = (row: readonly number[]): unknown => {
          const x = logits(row);
          const { value, grads } = valueAndGrad(() => crossEntropy(x, [0, -100, 2], "mean", options), [x]);
          return [value.item(), grads[0].toArray(), crossEntropy(x, [0, -100, 2], "none", options).toArray()];
        };
        const expected = found([0, 0, 0]);
        for (const row of ignored) expect(found(row)).toEqual(expected);
      }
    expect(crossEntropy(tensor([none, 1], [1, 2]), [-1], "sum", { ignore: -1 }).item()).toBe(0);
  });

  it("takes the weights of classes as a tensor, too, and refuses what they cannot be", () => {
    const logits = normal(key(1), [4, 3]);
    const [classes, weights] = [
      [0, 1, 2, 1],
      [1, 0.5, 3],
    ];
    const by = (given: Vec | readonly number[]) => crossEntropy(logits, classes, "mean", { weights: given });
    expect(by(tensor(weights)).item()).toBe(by(weights).item());
    expect(valueAndGrad(() => by(tensor(weights)), [logits]).grads).toEqual(
      valueAndGrad(() => by(weights), [logits]).grads,
    );
    expect(by(indices([1, 0, 3])).item()).toBe(by([1, 0, 3]).item());
    expect(() => by(tensor([1, 2]))).toThrow("crossEntropy: weights must be [3], one a class, not [2]");
    // @ts-expect-error The weights stand along one axis.
    expect(() => by(tensor([[1], [2], [3]]))).toThrow("crossEntropy: weights must be [3], one a class, not [3, 1]");
    // @ts-expect-error One number is no list.
    expect(() => by(2)).toThrow("crossEntropy: weights must be a list of numbers or a tensor, not 2");
  });

  it("has no derivative by the weights, and says so to whoever differentiates by them", () => {
    const [logits, weights] = [normal(key(1), [2, 3]), tensor([1, 2, 3])];
    for (const smoothing of [0, 0.1]) {
      const loss = () => crossEntropy(logits, [0, 1], "mean", { weights, smoothing });
      const refusal =
        "crossEntropy.weights has no derivative: weights of classes are constants, as PyTorch's; give their data";
      expect(() => valueAndGrad(loss, [logits, weights])).toThrow(refusal);
      expect(() => valueAndGrad(() => checkpoint(loss)(), [logits, weights])).toThrow(refusal);
      const { grads } = valueAndGrad(() => checkpoint(loss)(), [logits]);
      expect(grads[0].toArray()).toEqual(valueAndGrad(loss, [logits]).grads[0].toArray());
    }
  });

  it("costs nothing where a class of weight 0 is impossible", () => {
    const impossible = tensor([0, 1, Number.NEGATIVE_INFINITY], [1, 3]);
    const options = { weights: [1, 1, 0], smoothing: 0.1 };
    const { value, grads } = valueAndGrad(() => crossEntropy(impossible, [0], "mean", options), [impossible]);
    expect(value.item()).toBeGreaterThan(0);
    expect(value.item()).toBeLessThan(2);
    expect(grads[0].data.every(Number.isFinite)).toBe(true);
    expect(crossEntropy(impossible, [0], "mean", { smoothing: 0.1 }).item()).toBe(Number.POSITIVE_INFINITY);
  });

  it("neither moves with a shift of all logits of a row, nor does its gradient, whose rows add up to 0", () => {
    // Logits are multiples of what float32 keeps apart at the shift, so that both are exact.
    const shift = fc.constantFrom([1e3, 2 ** -13], [-1e4, 2 ** -9], [1e5, 2 ** -6], [1e7, 1], [-1e7, 1], [1e8, 8]);
    const smoothing = fc.constantFrom(0, 0.2);
    fc.assert(
      fc.property(size, size, seed, shift, smoothing, (rows, count, from, [by, apart], smooth) => {
        const draws = Array.from(normal(key(from), [rows, count]).data, (value) => Math.round((3 * value) / apart) + 0);
        const logits = tensor(draws, [rows, count]).mul(apart);
        const shifted = logits.add(by);
        expect(shifted.sub(by).data).toEqual(logits.data);
        const classes = Array.from({ length: rows }, (_, row) => (row * 7 + from) % count);
        const shares = softmax(normal(key(from + 1), [rows, count]), 1);
        const losses = [
          (x: Mat) => crossEntropy(x, classes, "sum", { smoothing: smooth }),
          (x: Mat) => crossEntropyOfProbabilities(x, shares, "sum"),
        ];
        for (const loss of losses) {
          const [here, there] = [logits, shifted].map((x) => valueAndGrad(() => loss(x), [x]));
          expectAlike(there.value, here.value, 1e-6);
          expectAlike(there.grads[0], here.grads[0], 1e-6);
          expectAlike(sum(there.grads[0], 1), zeros([rows]), 1e-6);
        }
      }),
    );
  });

  // torch.nn.functional.cross_entropy in float32, of [b, b, b + 1] and class 0; at 1e8 float32 holds no b + 1.
  it.each([1e3, 1e4, 1e5, 1e7, 1e8])("keeps its digits where all logits are about %d", (b) => {
    const x = tensor([b, b, b + 1], [1, 3]);
    const [loss, slopes] =
      b < 1e8 ? [1.5514447, [-0.7880584, 0.2119416, 0.5761169]] : [1.0986123, [-2 / 3, 1 / 3, 1 / 3]];
    const { value, grads } = valueAndGrad(() => crossEntropy(x, [0]), [x]);
    expectAlike(value, tensor(loss), 1e-6);
    expectAlike(grads[0], tensor(slopes, [1, 3]), 1e-6);
    const of = valueAndGrad(() => crossEntropyOfProbabilities(x, tensor([1, 0, 0], [1, 3])), [x]);
    expectAlike(of.value, tensor(loss), 1e-6);
    expectAlike(of.grads[0], tensor(slopes, [1, 3]), 1e-6);
  });

  it("has the derivatives that differences give, first and second", () => {
    fc.assert(
      fc.property(size, size, seed, (rows, count, from) => {
        const classes = Array.from({ length: rows }, (_, row) => row % count);
        const matrix = (x: Tensor) => reshape(x, [rows, count]);
        const logits = normal(key(from), [rows, count]);
        const shares = normal(key(from + 1), [rows, count]);
        gradcheck((x) => crossEntropy(matrix(x), classes, "none"), [logits], { key: key(2) });
        const options = { weights: classes.slice(0, 1).concat(Array<number>(count - 1).fill(2)), smoothing: 0.3 };
        gradcheck((x) => crossEntropy(matrix(x), classes, "sum", options), [logits], { key: key(2) });
        gradcheck((x, y) => crossEntropyOfProbabilities(matrix(x), softmax(matrix(y), 1), "none"), [logits, shares], {
          key: key(2),
        });
      }),
      runs(20),
    );
  });

  it("refuses logits that have no softmax, and names the row", () => {
    const [most, least] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const [closed, endless] = [tensor([0, 1, least, least], [2, 2]), tensor([most, 1, 0, 0], [2, 2])];
    const even = tensor([0.5, 0.5, 0.5, 0.5], [2, 2]);
    expect(() => crossEntropy(closed, [0, 0])).toThrow(
      "crossEntropy: the logits of row 1 have no softmax: all are -Infinity",
    );
    expect(() => crossEntropy(endless, [0, 0])).toThrow(
      "crossEntropy: the logits of row 0 have no softmax: one is Infinity",
    );
    expect(() => crossEntropyOfProbabilities(closed, even)).toThrow(
      "crossEntropyOfProbabilities: the logits of row 1 have no softmax: all are -Infinity",
    );
    expect(crossEntropy(tensor([Number.NaN, 0], [1, 2]), [0]).item()).toBeNaN();
  });

  it("refuses options that are none, and a mean over nothing", () => {
    const logits = zeros([2, 3]);
    const by = (options: CrossEntropyOptions) => () => crossEntropy(logits, [0, 1], "mean", options);
    expect(by({ weights: [1, 1] })).toThrow("crossEntropy: weights must be [3], one a class, not [2]");
    expect(by({ weights: [1, -1, 1] })).toThrow(
      "crossEntropy: the weight of class 1 must be finite and at least 0, not -1",
    );
    expect(by({ smoothing: 1 })).toThrow("crossEntropy: smoothing must be in [0, 1), not 1");
    expect(by({ smoothing: Number.NaN })).toThrow("crossEntropy: smoothing must be in [0, 1), not NaN");
    expect(by({ weights: [0, 0, 1] })).toThrow("crossEntropy: a mean needs a row that counts");
    expect(() => crossEntropy(logits, [-1, -1], "mean", { ignore: -1 })).toThrow("a mean needs a row that counts");
    expect(crossEntropy(logits, [-1, -1], "sum", { ignore: -1 }).item()).toBe(0);
    expect(() => crossEntropy(logits, [-1, -2], "sum", { ignore: -1 })).toThrow("the class of row 1 must be");
  });

  it("refuses classes that are no list of numbers, and says what they are", () => {
    const logits = zeros([2, 3]);
    const by = (classes: unknown) => () => crossEntropy(logits, JSON.parse(JSON.stringify({ classes })).classes);
    const rule = "crossEntropy: the class of row 0 must be a whole number below 3, not ";
    expect(by([[0], [1]])).toThrow(new RangeError(`${rule}an array`));
    expect(by(["0", "1"])).toThrow(new RangeError(`${rule}"0"; did you mean Array.from(classes, Number)?`));
    // @ts-expect-error Whole numbers are numbers here.
    expect(() => crossEntropy(logits, new BigInt64Array(2))).toThrow(
      new RangeError(`${rule}0n; did you mean Array.from(classes, Number)?`),
    );
    expect(() => crossEntropy(logits, [Number.NaN, 0])).toThrow(new RangeError(`${rule}NaN`));
    const list = "crossEntropy: classes must be a list of numbers or a tensor, not ";
    expect(by(1)).toThrow(new TypeError(`${list}1`));
    expect(by("01")).toThrow(new TypeError(`${list}"01"`));
    expect(by({})).toThrow(new TypeError(`${list}an object`));
    expect(by(undefined)).toThrow(new TypeError(`${list}undefined`));
  });

  it("refuses classes that there are not, and probabilities that are none", () => {
    const logits = zeros([2, 3]);
    expect(() => crossEntropy(logits, [0, 3])).toThrow(
      "crossEntropy: the class of row 1 must be a whole number below 3, not 3",
    );
    expect(() => crossEntropy(logits, [0.5, 0])).toThrow("the class of row 0 must be a whole number below 3, not 0.5");
    expect(() => crossEntropy(logits, [0])).toThrow("crossEntropy: 2 rows need as many classes, not 1");
    // @ts-expect-error Classes stand along one axis.
    expect(() => crossEntropy(logits, zeros([2, 1]))).toThrow(
      "crossEntropy: classes must be [2], not [2, 1]; did you mean reshape(classes, [2])?",
    );
    const flat: Tensor = zeros([3]);
    expect(() => crossEntropy(flat.as([3]).reshape([3, 1]).as([3, 1]), [0, 0, 1])).toThrow("below 1, not 1");
    expect(() => crossEntropyOfProbabilities(logits, tensor([0.5, 0.5, 0, 0.5, 0.6, 0], [2, 3]))).toThrow(
      /^crossEntropyOfProbabilities: the probabilities of row 1 add up to 1.1\d*, not 1$/,
    );
    expect(() => crossEntropyOfProbabilities(logits, tensor([1, 0, 0, 1.5, -0.5, 0], [2, 3]))).toThrow(
      "crossEntropyOfProbabilities: a probability must be a number of at least 0, not -0.5 (element 4 of [2, 3])",
    );
    // @ts-expect-error There is one probability for each logit.
    expect(() => crossEntropyOfProbabilities(logits, zeros([2, 1]))).toThrow("must have one shape");
  });
});
