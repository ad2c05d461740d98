import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  add,
  alias,
  clip,
  concatenate,
  conv1d,
  cumsum,
  einsum,
  expand,
  flip,
  fold,
  full,
  gather,
  gru,
  gruStates,
  indices,
  key,
  linear,
  logSoftmax,
  logSumExp,
  type Mat,
  matmul,
  max,
  mul,
  norm,
  normal,
  permutation,
  quadraticForms,
  reference,
  reshape,
  roll,
  scatterAdd,
  scope,
  segmentSum,
  sigmoid,
  slice,
  softmax,
  sort,
  standardDeviation,
  startEngine,
  sum,
  type Tensor,
  tanh,
  tensor,
  transpose,
  tril,
  type Vec,
  withBackend,
  zeros,
} from "../src/index.js";
import { runs } from "./runs.js";

const engines = (["plain", "auto"] as const).flatMap((kernels) =>
  [1, 2, 3, 5].map((threads) => startEngine({ kernels, threads })),
);
const modes = [...new Set(engines.map(({ info }) => info.kernels))];

/** Asserts that a program gives what the reference gives, and the same bits at any number of threads, in scopes and without. */
function check(about: string, program: () => Tensor, tolerance: number): void {
  const expected = withBackend(reference, program);
  for (const mode of modes) {
    const results = engines
      .filter(({ info }) => info.kernels === mode)
      .flatMap(({ backend }) => withBackend(backend, () => [program(), scope(program)]));
    const [first, ...others] = results.map(({ data }) => data);
    const wrong = first.findIndex((value, at) => {
      const wanted = expected.data[at];
      return Number.isFinite(wanted)
        ? !(Math.abs(value - wanted) <= tolerance * Math.max(1, Math.abs(wanted)))
        : !Object.is(value, wanted);
    });
    if (wrong >= 0) expect.fail(`${about}, ${mode}: element ${wrong} is ${first[wrong]}, not ${expected.data[wrong]}`);
    for (const other of others)
      if (!other.every((value, at) => Object.is(value, first[at]))) expect.fail(`${about}, ${mode}: threads differ`);
  }
}

const draw = (seed: number, name: string, shape: readonly number[]): Tensor => normal(fold(key(seed), name), shape);
const seeds = fc.nat(1000);
/** Lengths around those at which kernels change their ways. */
const length = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(63, 64, 65, 127, 129, 255, 257));
/** Whether a matrix is turned, or a part of a larger one. */
const laid = fc.constantFrom("rows", "turned", "part");
const matrix = (seed: number, name: string, rows: number, columns: number, way: string): Mat => {
  if (way === "turned") return transpose(draw(seed, name, [columns, rows]), [1, 0]) as Mat;
  if (way === "part") return slice(draw(seed, name, [rows, columns + 3]), 1, 1, columns + 1) as Mat;
  return draw(seed, name, [rows, columns]) as Mat;
};

describe("kernels of WebAssembly agree with the reference at any size, and with themselves at any number of threads:", () => {
  const law = (name: string, program: (seed: number, a: number, b: number, way: string) => void, count = 40): void =>
    it(name, () => {
      fc.assert(
        fc.property(seeds, length, length, laid, (seed, a, b, way) => program(seed, a, b, way)),
        runs(count),
      );
    });

  law("elementwise, broadcast either way", (seed, a, b, way) => {
    const program = (): Tensor => {
      const x = matrix(seed, "x", a, b, way);
      const [row, column] = [draw(seed, "row", [1, b]) as Mat, draw(seed, "column", [a, 1]) as Mat];
      return tanh(add<readonly [number, number]>(mul<readonly [number, number]>(x, row), sigmoid(column)));
    };
    check(`[${a}, ${b}] ${way}`, program, 2e-6);
  });

  law("sums and maxima along each axis and over everything", (seed, a, b, way) => {
    const program = (): Tensor => {
      const x = matrix(seed, "x", a, b, way);
      const parts = [sum(x, 0), sum(x, 1), max(x, 0), max(x, 1), reshape(sum(x), [1]), reshape(max(x), [1])];
      const middle = reshape(sum(draw(seed, "cube", [3, a, b]) as Tensor<readonly [3, number, number]>, 1), [-1]);
      return concatenate<readonly [number], 0>([...(parts as Vec[]), middle as Vec], 0);
    };
    check(`[${a}, ${b}] ${way}`, program, 2e-6);
  });

  it("sums so long that they are cut into pieces", () => {
    for (const shape of [[70_001], [3, 40_000], [2500, 37]])
      for (const axis of shape.map((_, at) => at))
        check(`${shape}, axis ${axis}`, () => sum(draw(1, "x", shape), axis), 3e-6);
  });

  it("formulas, copies, joins and picks so long that they are cut into chunks", () => {
    for (const count of [32_769, 65_537, 66_049, 131_071, 131_073])
      for (const shape of [[count], [1, count], [count, 1], [2, count]]) {
        const axis = shape.indexOf(count);
        const program = (): Tensor => {
          const x = draw(count, "x", shape);
          const picked = gather(x, permutation(key(count), count), axis);
          return reshape(concatenate<readonly number[], number>([tanh(x), picked, alias(x)], axis), [-1]);
        };
        check(`${shape}`, program, 2e-6);
      }
  });

  law("products", (seed, a, b, way) => {
    check(`${a} ${b} ${way}`, () => matmul(matrix(seed, "x", a, b, way), matrix(seed, "y", b, 77, way)), 2e-4);
  });

  law("sorting, sums so far, norms and spreads along rows and columns, and what is turned", (seed, a, b, way) => {
    const program = (): Tensor => {
      const x = matrix(seed, "x", a, b, way);
      const along = ([0, 1] as const).flatMap((axis) => [
        sort(x, axis),
        flip(x, axis),
        roll(x, seed, axis),
        cumsum(x, axis),
        expand(norm(x, axis, true), [a, b]),
        expand(standardDeviation(x, axis, true), [a, b]),
        logSoftmax(x, axis),
        tanh(flip(x, axis)),
      ]);
      return concatenate<readonly [number, number], 0>([...along, tril(x, 2), clip(x, -0.5, 0.5)], 0);
    };
    check(`[${a}, ${b}] ${way}`, program, 4e-6);
  });

  law("products by letters, and convolutions", (seed, a, b, way) => {
    const x = () => matrix(seed, "x", a, b, way);
    const days = () => normal(fold(key(seed), "days"), [3, b, 5]);
    check(`letters [${a}, ${b}] ${way}`, () => einsum("ij,tjk->kti", x(), days()), 2e-4);
    check(`turned [${a}, ${b}] ${way}`, () => matmul(flip(x(), 1), flip(x(), 0).t()), 2e-4);
    const kernel = () => normal(fold(key(seed), "kernel"), [4, 2, 3]);
    const series = () => normal(fold(key(seed), "series"), [a, 2, b]);
    check(`convolution [${a}, ${b}]`, () => conv1d(series(), kernel(), { padding: 1, stride: 1 + (seed % 3) }), 2e-5);
  });

  law("softmax along rows and columns, and copies", (seed, a, b, way) => {
    const program = (): Tensor => {
      const x = matrix(seed, "x", a, b, way);
      return concatenate<readonly [number, number], 0>([softmax(x, 0), softmax(x, 1), alias(x)], 0);
    };
    check(`[${a}, ${b}] ${way}`, program, 2e-6);
  });

  law("logarithms of softmax and of sums of exponentials, also of what is infinite or NaN", (seed, a, b, way) => {
    const few = [0, 700, -700, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
    const odd = Array.from({ length: a * b }, (_, place) => ((place * 7 + seed) % 11 ? 0 : few[(place + seed) % 6]));
    const closed = full([a, b], Number.NEGATIVE_INFINITY);
    const program = (): Tensor => {
      const x = matrix(seed, "x", a, b, way);
      const of = [x, mul(x, 300), add<readonly [number, number]>(x, tensor(odd, [a, b])), closed];
      return concatenate<readonly [number], 0>(
        of.flatMap((each) =>
          ([0, 1] as const).flatMap((axis) =>
            [logSumExp(each, axis), logSoftmax(each, axis)].map((result) => reshape(result, [-1]).as([result.size])),
          ),
        ),
        0,
      );
    };
    check(`[${a}, ${b}] ${way}`, program, 2e-6);
    const cube = () => reshape(draw(seed, "cube", [3, a, b]), [3, a, b]);
    check(`[3, ${a}, ${b}]`, () => concatenate([logSumExp(cube(), 1), logSumExp(logSoftmax(cube(), 1), 1)], 0), 2e-6);
  });

  law("gather and scatterAdd", (seed, a, b, way) => {
    const program = (): Tensor => {
      const x = matrix(seed, "x", a, b, way);
      const [rows, columns] = [permutation(fold(key(seed), "rows"), a), permutation(fold(key(seed), "columns"), b)];
      const moved = gather(gather(x, rows, 0), columns, 1);
      return concatenate<readonly [number, number], 0>([moved as Mat, scatterAdd(moved, rows, 0, a + 2) as Mat], 0);
    };
    check(`[${a}, ${b}] ${way}`, program, 2e-6);
  });

  it("an element of a product does not depend on how many rows there are, however long they are", () => {
    const [a, b] = [draw(1, "a", [300, 1100]) as Mat, draw(1, "b", [1100, 8]) as Mat];
    for (const { backend } of engines)
      withBackend(backend, () => {
        const few = matmul(slice(a, 0, 0, 20) as Mat, b).data;
        expect(matmul(a, b).data.slice(0, few.length)).toEqual(few);
      });
  });

  it("indices count as numbers wherever numbers are read", () => {
    const [x, y] = [indices([1, 2, 3, 4]).reshape([2, 2]), indices([5, 6, 7, 8]).reshape([2, 2])];
    for (const { backend } of engines)
      withBackend(backend, () => {
        expect(matmul(x, y).toArray()).toEqual([
          [19, 22],
          [43, 50],
        ]);
        expect(linear(x, y, zeros([2])).toArray()).toEqual([
          [17, 23],
          [39, 53],
        ]);
      });
  });

  it("the recurrent unit refuses rows that are none of the gates'", () => {
    const parts = { gates: zeros([1, 3]), weightHh: zeros([3, 1]), biasIh: zeros([3]), biasHh: zeros([3]) };
    for (const { backend } of engines)
      withBackend(backend, () => {
        expect(() => gru(zeros([2, 1]), { ...parts, rows: indices([0, 7]) }, 1)).toThrow(/gru: index 7 at position 1/);
        expect(() => gru(zeros([2, 1]), { ...parts, rows: zeros([2]) }, 1)).toThrow(TypeError);
      });
  });

  it("the recurrent unit of no width gives gradients of zeros", () => {
    for (const { backend } of engines)
      withBackend(backend, () =>
        expect(
          gru(
            zeros([2, 0]),
            {
              inputs: zeros([4, 3]),
              weightIh: zeros([0, 3]),
              weightHh: zeros([0, 0]),
              biasIh: zeros([0]),
              biasHh: zeros([0]),
            },
            2,
          ).shape,
        ).toEqual([2, 0]),
      );
  });

  law("sums of segments, and quadratic forms of rows", (seed, a, b, way) => {
    check(`[${a}, ${b}]`, () => segmentSum(matrix(seed, "x", a, b, way), [a - (a >> 1), a >> 1]), 2e-6);
    const columns = Math.min(b, 70);
    // So small that the terms of a form, up to 2,485 of them, add up to numbers around 1.
    const coefficients = () =>
      mul(draw(seed, "coefficients", [(columns * (columns + 1)) / 2, 1 + (b % 13)]), 1 / columns) as Mat;
    const forms = () => quadraticForms(matrix(seed, "x", a, columns, way), coefficients());
    check(`forms [${a}, ${columns}]`, forms, 1e-5);
  });

  law(
    "the recurrent unit, of gates and of inputs",
    (seed, a, b) => {
      const [hidden, steps, rows, width] = [1 + (b % 22), 1 + (seed % 4), a + (seed % 3) * 150, 1 + (a % 37)];
      const state = () => draw(seed, "state", [rows, hidden]) as Mat;
      const weights = () => ({
        weightHh: mul(draw(seed, "weight", [3 * hidden, hidden]) as Mat, 0.3),
        biasIh: draw(seed, "biasIh", [3 * hidden]) as Vec,
        biasHh: draw(seed, "biasHh", [3 * hidden]) as Vec,
      });
      const ofGates = () => ({ ...weights(), gates: draw(seed, "gates", [rows * steps, 3 * hidden]) as Mat });
      const ofInputs = () => ({
        ...weights(),
        inputs: draw(seed, "inputs", [rows * steps, width]) as Mat,
        weightIh: mul(draw(seed, "weightIh", [3 * hidden, width]) as Mat, 0.3),
      });
      for (const [name, parts] of [
        ["gates", ofGates],
        ["inputs", ofInputs],
      ] as const) {
        const about = `of ${name}, ${rows} x ${steps}, ${width} to ${hidden} wide`;
        check(`last ${about}`, () => gru(state(), parts(), steps), 1e-5);
        check(`states ${about}`, () => gruStates(state(), parts(), steps), 1e-5);
      }
    },
    20,
  );
});
