import {
  DeadTensorError,
  grad,
  hvp,
  type Scalar,
  ShapeError,
  sum,
  type Tensor,
  tensor,
  type Vec,
} from "@factorvae/autograd";
import { describe, expect, it } from "vitest";
import * as backward from "./backward.js";
import * as comingFrom from "./coming-from.js";
import * as differentiation from "./differentiation.js";
import * as memory from "./memory.js";
import * as numerics from "./numerics.js";
import * as shapes from "./typed-shapes.js";

const rounded = (x: Tensor): number[] => Array.from(x.data, (value) => Math.round(1e4 * value) / 1e4 + 0);

describe("the page on backward", () => {
  it("shows what a tape does", () => {
    expect(backward.slope?.item()).toBeCloseTo(4 * Math.cos(4), 5);
    expect(backward.isFollowed).toBe(false);
    expect(backward.second?.item()).toBe(12);
  });
});

describe("the page for those who come from elsewhere", () => {
  it("shows a loop that learns, axes, a variance and a view that are what it says", () => {
    const { losses, slope, total, columns, shares, spread, unbiased, middle, written, gaps } = comingFrom;
    expect(losses[9]).toBeLessThan(losses[0]);
    expect(slope.shape).toEqual([3, 1]);
    expect([total.toArray(), columns.toArray(), middle.toArray()]).toEqual([24, [5, 7, 12], [[2], [5]]]);
    expect(rounded(shares.sum(1))).toEqual([1, 1]);
    expect([spread, unbiased].map(rounded)).toEqual([
      [0.6667, 4.6667],
      [1, 7],
    ]);
    expect(gaps.toArray()).toEqual([
      [0, -3],
      [3, 0],
    ]);
    expect(written).toEqual([
      [7, 8, 9],
      [0, 0, 0],
    ]);
  });
});

describe("what those who come from elsewhere miss", () => {
  it("is made of formulas that give PyTorch's values, and of other operations", () => {
    const { made, reciprocalRoot, median, tiled, inverse } = comingFrom;
    expect(made.map(rounded)).toEqual([
      [-0.1646, 0.3457, 1.9545],
      [-0.2126, 0.3112, 1.7616],
      [-1, 1, 2],
      [0, 1, 2],
      [-0.6841, 0.5463, -2.185],
      [0, 0, 0],
    ]);
    expect(reciprocalRoot.toArray()).toEqual([Number.NaN, ...[2, 0.5].map((square) => Math.fround(Math.sqrt(square)))]);
    expect([median, tiled].map(rounded)).toEqual([[0.5], [-0.6, 0.5, 2, -0.6, 0.5, 2]]);
    expect(inverse.toArray()).toEqual([
      [0.5, 0],
      [0, 0.25],
    ]);
  });
});

describe("the page on differentiation", () => {
  it("shows derivatives that are what it says", () => {
    const { gradient, along, product, pulled, nested, fourth, ofGradient, held, straight, cut } = differentiation;
    expect(rounded(gradient)).toEqual([3, 12]);
    expect(differentiation.matrix.toArray()).toEqual([
      [2, 0],
      [0, 4],
    ]);
    expect(differentiation.curvature.toArray()).toEqual([
      [6, 0],
      [0, 12],
    ]);
    expect([along, product, ...pulled].map(rounded)).toEqual([
      [2, 40],
      [6, 120],
      [2, 0],
      [0, 4],
    ]);
    expect([nested, fourth, held].map((value) => value.item())).toEqual([1, 16, 3]);
    expect([ofGradient, straight, cut].map(rounded)).toEqual([
      [36, 288],
      [1.6, 2.2],
      [1, 1],
    ]);
  });

  it("shows a rule with something kept for it, whose derivatives are those of the function", () => {
    const plain = (at: Vec<2>): Scalar => sum(at.mul(at.sigmoid()));
    const x: Vec<2> = tensor([1, 2], [2]);
    expect(rounded(differentiation.swishSlope)).toEqual(rounded(grad(plain)(x)));
    expect(rounded(differentiation.swishCurvature)).toEqual(rounded(hvp(plain, x, tensor([1, 1], [2]))));
  });

  it("shows trees that keep their form, by both functions the same numbers", () => {
    const { slopes, grads } = differentiation;
    expect(Object.keys(slopes)).toEqual(["hidden", "scale"]);
    expect(rounded(slopes.hidden.weight)).toEqual(rounded(grads.weight));
    expect(rounded(slopes.hidden.bias)).toEqual(rounded(grads.bias));
    expect(slopes.scale.item()).toBeCloseTo(Math.tanh(0.4) + Math.tanh(0.6), 5);
    expect(differentiation.value.item()).toBeCloseTo(2 * (Math.tanh(0.4) + Math.tanh(0.6)), 5);
  });

  it("shows an error that says what to do, and a way around it", () => {
    expect(differentiation.hard).toThrow(
      "argmax has no derivative: an index has no derivative; differentiate what is taken by it, as takeAlong does",
    );
    const [down, up] = differentiation.soft.data;
    expect(up).toBeGreaterThan(0);
    expect(down).toBeCloseTo(-up, 5);
  });
});

describe("the page on memory", () => {
  it("shows what lives on, and what does not", () => {
    expect(memory.scale).toBeGreaterThan(1);
    expect(Math.abs(memory.kept)).toBeLessThan(1);
    expect(memory.useForgotten).toThrow(DeadTensorError);
    expect(memory.useForgotten).toThrow(
      "add: operand 0, [64, 64], was freed when its scope ended; return it from the scope, or keep(tensor) a copy of it",
    );
    expect(memory.tooLate).toThrow(DeadTensorError);
    expect(memory.pulledTwice.every(Number.isFinite)).toBe(true);
  });

  it("shows a loop that learns, and checkpoints that save memory", () => {
    expect(memory.losses[19]).toBeLessThan(memory.losses[0]);
    expect(memory.peaks.checkpoints).toBeLessThan(memory.peaks.plain / 2);
  });
});

describe("the page on numerics", () => {
  it("shows what rounding does to textbook formulas, and that the stable ones are right", () => {
    expect([numerics.naive, numerics.stable]).toEqual([Number.POSITIVE_INFINITY, Math.fround(1000 + Math.log(2))]);
    expect([numerics.lost, numerics.exact]).toEqual([0, Math.fround(1e-10)]);
    expect(numerics.cancelled).toBe(0);
    expect(numerics.spread).toBeCloseTo(2 / 3, 6);
    expect(numerics.slopes[0]).toBeNaN();
    expect(numerics.slopes[1] / Math.exp(-100)).toBeCloseTo(1, 1); // a denormal number: two digits
    expect(numerics.single).toBe(0);
    expect(numerics.double).toBeCloseTo(5e-5, 10);
  });

  it("shows where indices keep all digits, and where they are rounded", () => {
    expect(numerics.areEqual).toBe(1);
    expect(numerics.inOrder).toEqual([2 ** 24, 2 ** 24 + 1]);
  });

  it("shows equal bits: of a row alone, and of draws by their position", () => {
    expect(numerics.alone).toEqual(numerics.whole);
    expect(numerics.five.slice(0, 3)).toEqual(numerics.three);
    expect(numerics.other).not.toEqual(numerics.three);
  });
});

describe("the page on typed shapes", () => {
  it("shows results of the shapes that their types tell", () => {
    const { product, exposures, perStock, perFactor, turned, centred, told, unpacked, covariance, daily } = shapes;
    const results = [product, exposures, perStock, perFactor, turned, centred, told, unpacked, covariance, daily];
    const expected = [[2, 4], [300, 8], [300], [8], [8, 300], [300, 8], [2, 2], [2, 300], [8, 8], [5, 300, 8]];
    expect(results.map(({ shape }) => [...shape])).toEqual(expected);
    expect(shapes.gaps.shape).toEqual([300, 300]);
    expect(shapes.gaps.toArray()).toEqual(shapes.wrongOuter().toArray());
    expect(rounded(shapes.below.neg())).toEqual(rounded(shapes.wrongOrder()));
    expect(shapes.anyRows.map(({ shape }) => [...shape])).toEqual([[5], [7]]);
    expect(shapes.anything(told).item()).toBe(10);
    expect(shapes.total.rank).toBe(0);
  });

  it("shows mistakes that are errors at run time too, whatever the compiler was told", () => {
    const { wrongInner, wrongRank, wrongName, wrongOperand, wrongAs, onTrust } = shapes;
    for (const mistake of [wrongInner, wrongRank, wrongName, wrongOperand, wrongAs, onTrust])
      expect(mistake).toThrow(ShapeError);
    expect(wrongAs).toThrow("as: the shape is [2, 2], not [2, 3]");
  });

  it("shows mistakes that the compiler alone can know of: the numbers exist, their names are wrong", () => {
    expect([shapes.wrongResult, shapes.wrongAxis, shapes.wrongOrder()].map(({ shape }) => [...shape])).toEqual([
      [300, 8],
      [8],
      [300, 8],
    ]);
    expect(shapes.wrongColumns().shape).toEqual([5]);
    expect([shapes.unknownRows(), shapes.knownRows].map(({ shape }) => [...shape])).toEqual([
      [2, 4],
      [2, 4],
    ]);
    expect(shapes.unchecked()).toEqual([2, 20]);
  });
});
