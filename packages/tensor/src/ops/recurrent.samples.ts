import { at, build, type Naive, total } from "../../test/naive.js";
import { elementByElement, ordinary, type Sample, type SampleTable, type Sizes } from "../../test/sample.js";
import type { Shape } from "../shape.js";
import type { Mat, Tensor, Vec } from "../tensor.js";
import { indices } from "./creation.js";
import { gru, gruStates } from "./gru.js";
import { gruCell } from "./recurrent.js";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** PyTorch's equations, gate by gate. */
function cell([state, ri, zi, ni, rh, zh, nh]: readonly number[]): readonly number[] {
  const reset = sigmoid(ri + rh);
  const update = sigmoid(zi + zh);
  const fresh = Math.tanh(ni + reset * nh);
  return [(1 - update) * fresh + update * state, reset, update, fresh];
}

const sample = (about: string, shapes: readonly Shape[]): Sample => ({
  about,
  inputs: Array.from({ length: 7 }, (_, position) => ({ shape: shapes[position] ?? shapes[0], domain: ordinary })),
  run: (...[state, ri, zi, ni, rh, zh, nh]: readonly Tensor[]) => gruCell(state, ri, zi, ni, rh, zh, nh),
  expected: (...inputs: readonly Naive[]) =>
    [0, 1, 2, 3].map((output) => elementByElement((...values) => cell(values)[output])(...inputs)),
});

interface UnitSizes {
  readonly sequences: number;
  readonly steps: number;
  readonly hidden: number;
  /** Which row of the gates each sequence reads at each step. */
  readonly rows: readonly number[];
}

/** The state after every step, sequence by sequence, by the equations of a cell. */
function unit(state: Naive, gates: Naive, weight: Naive, biasIh: Naive, biasHh: Naive, sizes: UnitSizes): Naive {
  const { sequences, steps, hidden, rows } = sizes;
  const states = new Map<string, number>();
  const before = (sequence: number, step: number, column: number): number =>
    step < 0 ? at(state, [sequence, column]) : (states.get(`${sequence} ${step} ${column}`) ?? Number.NaN);
  for (let sequence = 0; sequence < sequences; sequence++)
    for (let step = 0; step < steps; step++)
      for (let column = 0; column < hidden; column++) {
        const row = rows[sequence * steps + step];
        const gate = [0, 1, 2].map((which) => which * hidden + column);
        const inputs = gate.map((place) => at(gates, [row, place]) + at(biasIh, [place]));
        const shares = gate.map(
          (place) =>
            at(biasHh, [place]) +
            total(hidden, (other) => at(weight, [place, other]) * before(sequence, step - 1, other)),
        );
        const [fresh] = cell([before(sequence, step - 1, column), ...inputs, ...shares]);
        states.set(`${sequence} ${step} ${column}`, fresh);
      }
  return build([sequences, steps, hidden], ([sequence, step, column]) => before(sequence, step, column));
}

const inOrder = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** The products of the inputs with their weight, `[R T, In] x [3H, In]'`. */
const gatesOf = (inputs: Naive, weight: Naive): Naive =>
  build([inputs.shape[0], weight.shape[0]], ([row, gate]) =>
    total(inputs.shape[1], (column) => at(inputs, [row, column]) * at(weight, [gate, column])),
  );

/** Samples of a unit: each sequence with rows of its own, and sequences that share rows. */
const unitSamples =
  (run: typeof gru | typeof gruStates, pick: (states: Naive) => Naive) =>
  ({ m, n, k }: Sizes): readonly Sample[] =>
    [n, n + 4].flatMap((hidden) =>
      [false, true].map((shared): Sample => {
        const steps = k + 1;
        const count = m * steps;
        const rowCount = shared ? steps + 1 : count;
        const rows = inOrder(count).map((index) => (shared ? (index * 7) % rowCount : index));
        const sizes = { sequences: m, steps, hidden, rows };
        const shapes = [[m, hidden], [rowCount, 3 * hidden], [3 * hidden, hidden], [3 * hidden], [3 * hidden]];
        return {
          about: `${hidden} wide${shared ? ", rows shared" : ""}`,
          inputs: shapes.map((shape) => ({ shape, domain: ordinary })),
          run: (state, gates, weightHh, biasIh, biasHh) =>
            run(
              state as Mat,
              {
                gates: gates as Mat,
                weightHh: weightHh as Mat,
                biasIh: biasIh as Vec,
                biasHh: biasHh as Vec,
                ...(shared && { rows: indices(rows) }),
              },
              steps,
            ),
          expected: (state, gates, weight, biasIh, biasHh) => pick(unit(state, gates, weight, biasIh, biasHh, sizes)),
        };
      }),
    );

/** Samples of a unit on inputs and their weight, that of no columns included. */
const inputSamples =
  (run: typeof gru | typeof gruStates, pick: (states: Naive) => Naive) =>
  ({ m, n, k }: Sizes): readonly Sample[] =>
    [n, n + 4].map((hidden): Sample => {
      const steps = k + 1;
      const sizes = { sequences: m, steps, hidden, rows: inOrder(m * steps) };
      const shapes = [[m * steps, n], [3 * hidden, n], [m, hidden], [3 * hidden, hidden], [3 * hidden], [3 * hidden]];
      return {
        about: `${n} inputs, ${hidden} wide`,
        inputs: shapes.map((shape) => ({ shape, domain: ordinary })),
        run: (inputs, weightIh, state, weightHh, biasIh, biasHh) =>
          run(
            state as Mat,
            {
              inputs: inputs as Mat,
              weightIh: weightIh as Mat,
              weightHh: weightHh as Mat,
              biasIh: biasIh as Vec,
              biasHh: biasHh as Vec,
            },
            steps,
          ),
        expected: (inputs, weightIh, state, weight, biasIh, biasHh) =>
          pick(unit(state, gatesOf(inputs, weightIh), weight, biasIh, biasHh, sizes)),
      };
    });

/** Samples of a unit that begins at rest. */
const restSamples =
  (run: typeof gru | typeof gruStates, pick: (states: Naive) => Naive) =>
  ({ m, n, k }: Sizes): readonly Sample[] =>
    [1, k + 2].map((steps): Sample => {
      const sizes = { sequences: m, steps, hidden: n, rows: inOrder(m * steps) };
      const shapes = [[m * steps, n + 1], [3 * n, n + 1], [3 * n, n], [3 * n], [3 * n]];
      return {
        about: `from rest, ${steps} steps`,
        inputs: shapes.map((shape) => ({ shape, domain: ordinary })),
        run: (inputs, weightIh, weightHh, biasIh, biasHh) =>
          run(
            undefined,
            {
              inputs: inputs as Mat,
              weightIh: weightIh as Mat,
              weightHh: weightHh as Mat,
              biasIh: biasIh as Vec,
              biasHh: biasHh as Vec,
            },
            steps,
          ),
        expected: (inputs, weightIh, weight, biasIh, biasHh) => {
          const rest = build([m, n], () => 0);
          return pick(unit(rest, gatesOf(inputs, weightIh), weight, biasIh, biasHh, sizes));
        },
      };
    });

const allSamples =
  (run: typeof gru | typeof gruStates, pick: (states: Naive) => Naive) =>
  (sizes: Sizes): readonly Sample[] =>
    [unitSamples, inputSamples, restSamples].flatMap((samples) => samples(run, pick)(sizes));

const lastOf = (states: Naive): Naive => {
  const [sequences, steps, hidden] = states.shape;
  return build([sequences, hidden], ([sequence, column]) => at(states, [sequence, steps - 1, column]));
};

export const recurrentSamples: SampleTable = {
  gru: allSamples(gru, lastOf),
  gruStates: allSamples(gruStates, (states) => states),
  gruCell: ({ m, n }) => [
    sample("rows of states", [[m, n]]),
    sample("one bias for all rows", [[m, n], [n], [m, n], [1, n]]),
  ],
};
