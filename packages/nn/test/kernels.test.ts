import { valueAndGrad } from "@factorvae/autograd";
import {
  type Backend,
  fold,
  indices,
  key,
  normal,
  reference,
  startEngine,
  type Tensor,
  tanh,
  tensor,
  withBackend,
} from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BatchNorm,
  Bidirectional,
  CosineAttention,
  crossEntropy,
  GRU,
  Linear,
  LSTM,
  MultiHeadAttention,
  parameters,
  sequential,
  stacked,
} from "../src/index.js";

const engines = (["plain", "auto"] as const).flatMap((kernels) =>
  [1, 2, 3].map((threads) => startEngine({ kernels, threads })),
);
const modes = [...new Set(engines.map(({ info }) => info.kernels))];

/** Gradients of a scalar program by its parameters, on certain kernels. */
const gradientsOn = (backend: Backend, loss: () => Tensor<readonly []>, by: readonly Tensor[]): readonly Tensor[] =>
  withBackend(backend, () => valueAndGrad(loss, by).grads);

/** Asserts that gradients agree with the reference (largest error over largest value), and to the bit at any number of threads. */
function check(about: string, loss: () => Tensor<readonly []>, by: readonly Tensor[]): void {
  const expected = gradientsOn(reference, loss, by);
  for (const mode of modes) {
    const [first, ...others] = engines
      .filter(({ info }) => info.kernels === mode)
      .map(({ backend }) => gradientsOn(backend, loss, by));
    expected.forEach(({ data }, at) => {
      let [error, scale] = [0, 1e-3];
      for (let place = 0; place < data.length; place++) {
        scale = Math.max(scale, Math.abs(data[place]));
        error = Math.max(error, Math.abs(first[at].data[place] - data[place]));
      }
      if (!(error <= 2e-5 * scale)) expect.fail(`${about}, ${mode}: gradient ${at} is off by ${error} of ${scale}`);
      for (const other of others) expect(other[at].data, `${about}, ${mode}: threads differ`).toEqual(first[at].data);
    });
  }
}

describe("gradients in kernels agree with the reference at any size and number of threads:", () => {
  const length = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(63, 64, 65));
  const sizes = fc.record({
    rows: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(161)),
    steps: fc.integer({ min: 1, max: 4 }),
    inputs: length,
    hidden: length,
  });
  const draw = (name: string, shape: readonly number[]): Tensor => normal(fold(key(1), name), shape);

  it("a layer, with a slope and without, with the gradient of its inputs and without", () => {
    fc.assert(
      fc.property(sizes, fc.constantFrom(1, 0.01), ({ rows, steps, inputs, hidden }, slope) => {
        const layer = new Linear(inputs, hidden, key(2));
        const x = draw("x", [rows * steps, inputs]).as([rows * steps, inputs]);
        const loss = () => layer.forward(x, slope).square().mean();
        const about = `${rows * steps}, ${inputs} to ${hidden}`;
        check(about, loss, [x, ...parameters(layer)]);
        check(about, loss, parameters(layer));
      }),
      { numRuns: 30 },
    );
  });

  it("the recurrent unit's last state and all its states, with the gradient of its inputs and without", () => {
    fc.assert(
      fc.property(sizes, fc.boolean(), fc.boolean(), ({ rows, steps, inputs, hidden }, all, rests) => {
        const unit = new GRU(inputs, hidden, key(2));
        const x = draw("x", [rows, steps, inputs]).as([rows, steps, inputs]);
        const initial = draw("initial", [rows, hidden]).as([rows, hidden]);
        const before = rests ? undefined : initial;
        const loss = () => (all ? unit.states(x, before) : unit.forward(x, before)).square().mean();
        const about = `${rows} x ${steps}, ${inputs} to ${hidden}${rests ? ", from rest" : ""}`;
        check(about, loss, [x, initial, ...parameters(unit)]);
        check(about, loss, parameters(unit));
      }),
      { numRuns: 12 },
    );
  });

  it("the recurrent unit on rows that sequences share", () => {
    fc.assert(
      fc.property(sizes, ({ rows, steps, inputs, hidden }) => {
        const unit = new GRU(inputs, hidden, key(2));
        const table = draw("x", [rows + steps, inputs]).as([rows + steps, inputs]);
        const places = Int32Array.from({ length: rows * steps }, (_, at) => Math.floor(at / steps) + (at % steps));
        const loss = () => unit.forwardShared(table, indices(places), [rows, steps]).square().mean();
        check(`${rows} x ${steps}, ${inputs} to ${hidden}`, loss, [table, ...parameters(unit)]);
      }),
      { numRuns: 5 },
    );
  });

  it("the long short-term memory's states", () => {
    fc.assert(
      fc.property(sizes, ({ rows, steps, inputs, hidden }) => {
        const unit = new LSTM(inputs, hidden, key(2));
        const x = draw("x", [rows, steps, inputs]).as([rows, steps, inputs]);
        const loss = () => unit.states(x).square().mean();
        check(`${rows} x ${steps}, ${inputs} to ${hidden}`, loss, [x, ...parameters(unit)]);
      }),
      { numRuns: 6 },
    );
  });

  it("layers stacked, both ways", () => {
    fc.assert(
      fc.property(sizes, ({ rows, steps, inputs, hidden }) => {
        const both = new Bidirectional(new GRU(inputs, hidden, key(2)), new LSTM(inputs, hidden, key(3)));
        const stack = stacked(both, new GRU<number, number>(2 * hidden, 2 * hidden, key(4)));
        const x = draw("x", [rows, steps, inputs]).as([rows, steps, inputs]);
        const loss = () => stack.forward(x).square().mean();
        check(`${rows} x ${steps}, ${inputs} to ${hidden}`, loss, [x, ...parameters(stack)]);
      }),
      { numRuns: 4 },
    );
  });

  it("attention of many heads with padding, and by cosine", () => {
    fc.assert(
      fc.property(sizes, fc.constantFrom(1, 2, 4), ({ rows, steps, hidden }, heads) => {
        const width = 4 * Math.ceil(hidden / 4);
        const attention = new MultiHeadAttention(width, heads, key(2));
        const x = draw("x", [rows, steps, width]).as([rows, steps, width]);
        const padding = x
          .slice(2, 0, 1)
          .reshape([rows, steps])
          .data.map((value, at) => (at % steps > 0 && value > 1 ? 1 : 0));
        const masks = { padding: tensor(padding, [rows, steps]) };
        const loss = () => attention.forward(x, x, x, masks).output.square().mean();
        check(`${rows} x ${steps} x ${width}, ${heads} heads`, loss, [x, ...parameters(attention)]);
        const byCosine = new CosineAttention(heads, width, key(3));
        const flat = x.reshape([rows * steps, width]).as([rows * steps, width]);
        const groups = new Array<number>(rows).fill(steps);
        const cosineLoss = () => byCosine.forward(flat, groups).output.square().mean();
        check(`${rows} groups of ${steps}, ${width}`, cosineLoss, [flat, ...parameters(byCosine)]);
      }),
      { numRuns: 6 },
    );
  });

  it("a classifier with batch normalisation, classes weighted and ignored, smoothed", () => {
    fc.assert(
      fc.property(sizes, fc.constantFrom(0, 0.1), ({ rows, inputs, hidden }, smoothing) => {
        // Two rows come out as 1 and -1, and three leave one number free: gradients of few rows are but rounding.
        // Of one class nothing is to be learnt.
        const [many, width] = [rows + 7, hidden + 1];
        const body = sequential(new Linear(inputs, width, key(2))).followedBy(tanh);
        const norm = new BatchNorm<number>(width);
        const x = draw("x", [many, inputs]).as([many, inputs]);
        const classes = Array.from({ length: many }, (_, row) => row % width);
        const options = { weights: Array.from({ length: width }, (_, at) => 1 + (at % 3)), ignore: 1, smoothing };
        const loss = () => crossEntropy(norm.forwardBatch(body.forward(x)).output, classes, "mean", options);
        check(`${many}, ${inputs} to ${width}`, loss, [x, ...parameters([body, norm])]);
      }),
      { numRuns: 6 },
    );
  });
});
