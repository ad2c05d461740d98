import { type GruCell, gruBackward, gruForward } from "../backend/wasm/gru.js";
import { input } from "../formula.js";
import { contiguous } from "../layout.js";
import { apply, defineOp, isTraced, type Op } from "../op.js";
import { compile, type Program } from "../program.js";
import { type Dim, formatShape, type Shape, ShapeError, sameShape } from "../shape.js";
import type { Mat, Tensor, Vec } from "../tensor.js";
import { add } from "./arithmetic.js";
import { zeros } from "./creation.js";
import { gather, scatterAdd } from "./indexing.js";
import { concatenate, split, stack, unstack } from "./join.js";
import { product } from "./matmul.js";
import { gruCell, gruCellGradient, gruGate, gruNext } from "./recurrent.js";
import { sum } from "./reduce.js";
import { matrixTransposed, withShape } from "./view.js";

/** How the unit runs over its sequences. */
interface Sequences {
  readonly steps: number;
  /** Whether all states and gates are results too, for the way back; else the last state alone is. */
  readonly saves: boolean;
}

const inputsOf = (count: number) => Array.from({ length: count }, (_, position) => input(position));
let cellPrograms: GruCell | undefined;
let gradientProgram: Program | undefined;

/** The programs of a step and of its way back, for kernels that run them over whole sequences. */
const cell = (): GruCell => {
  const [a, b, c, d, e] = inputsOf(5);
  cellPrograms ??= { gate: compile([gruGate(a, b)]), next: compile(gruNext(a, b, c, d, e)) };
  return cellPrograms;
};
const cellGradient = (): Program => {
  const [received, state, reset, update, fresh, newState] = inputsOf(6);
  gradientProgram ??= compile(gruCellGradient(received, state, reset, update, fresh, newState));
  return gradientProgram;
};

function checkShapes([gates, state, weight, biasIh, biasHh, rows]: readonly Shape[], { steps }: Sequences): void {
  const [count, hidden] = state;
  const wanted = [
    [rows ? gates[0] : count * steps, 3 * hidden],
    state,
    [3 * hidden, hidden],
    [3 * hidden],
    [3 * hidden],
  ];
  const found = [gates, state, weight, biasIh, biasHh];
  const names = ["gates", "state", "weightHh", "biasIh", "biasHh"];
  found.forEach((shape, at) => {
    if (!sameShape(shape, wanted[at]))
      throw new ShapeError(
        "gru",
        `${names[at]} must be ${formatShape(wanted[at])} for states ${formatShape(state)} and ${steps} steps, not ${formatShape(shape)}`,
        found,
      );
  });
  if (rows && rows[0] !== count * steps)
    throw new ShapeError("gru", `${count * steps} indices of rows are needed, not ${rows[0]}`, [rows]);
}

/** The gates' input of each step, `[R, 3H]`. */
function stepsOf(gates: Tensor, count: number, steps: number, rows: Tensor | undefined): readonly Tensor[] {
  const chosen = rows ? gather(gates, rows as Vec, 0) : gates;
  return unstack(withShape(chosen, [count, steps, gates.shape[1]]), 1);
}

const gruOp: Op<Sequences> = {
  name: "gru",
  shape: (shapes, attributes) => {
    checkShapes(shapes, attributes);
    const [count, hidden] = shapes[1];
    const { steps, saves } = attributes;
    return saves
      ? [
          [count, hidden],
          [count, steps, hidden],
          [count, steps, 4 * hidden],
        ]
      : [[count, hidden]];
  },
  forward: (kernels, [gates, state, weight, biasIh, biasHh, rows], { steps, saves }, shapes) =>
    kernels.linear &&
    gruForward(kernels.linear, { gates, state, weight, biasIh, biasHh, index: rows }, steps, cell(), saves).map(
      (storage, at) => ({ storage, layout: contiguous(shapes[at]) }),
    ),
  plain: ([gates, initial, weight, biasIh, biasHh, rows], { steps, saves }) => {
    const [count] = initial.shape;
    const fromState = matrixTransposed(weight);
    let state = initial;
    const states: Tensor[] = [];
    const saved = stepsOf(gates, count, steps, rows).map((step) => {
      const [resetInput, updateInput, newInput] = split(add(step, biasIh as Tensor), 3, 1);
      const [resetState, updateState, newState] = split(add(product(state, fromState), biasHh as Tensor), 3, 1);
      const made = gruCell(state, resetInput, updateInput, newInput, resetState, updateState, newState);
      [state] = made;
      states.push(state);
      const [, reset, update, fresh] = made;
      return concatenate([reset, update, fresh, newState], 1);
    });
    return saves ? [state, stack(states, 1), stack(saved, 1)] : [state];
  },
  vjp: ({
    inputs: [gates, state, weight, , , rows],
    outputs: [, states, saved],
    gradients: [toLast, toStates],
    reached,
    attributes,
  }) => {
    if (!saved) throw new Error("gru: the gates of this run were not kept, so that there is no way back");
    if (reached[2]) throw new Error("gru: its gates are results for its own way back, and have no derivative");
    const given = [state, weight, states, saved, toLast, ...(reached[1] ? [toStates] : [])];
    const [toGates, ...others] = apply(gruGradientOp, given, { steps: attributes.steps });
    const spread = rows ? scatterRows(toGates, rows, gates.shape[0]) : toGates;
    return [spread, ...others, undefined];
  },
};

const scatterRows = (x: Tensor, rows: Tensor, length: number): Tensor => scatterAdd(x, rows as Vec, 0, length);

/** The gradients of gates, initial state, weight and biases, from those of the last state and perhaps of all states. */
const gruGradientOp: Op<{ readonly steps: number }> = {
  name: "gru.vjp",
  shape: ([state, weight], { steps }) => {
    const gates = [weight[0]];
    return [[state[0] * steps, weight[0]], state, weight, gates, gates];
  },
  forward: (kernels, [state, weight, states, saved, toLast, toStates], { steps }, shapes) =>
    kernels.linear &&
    gruBackward(kernels.linear, { state, weight, states, saved, toLast, toStates }, steps, cellGradient()).map(
      (storage, at) => ({ storage, layout: contiguous(shapes[at]) }),
    ),
  plain: ([initial, weight, states, saved, toLast, toStates], { steps }) => {
    const [count, hidden] = initial.shape;
    const before = [initial, ...unstack(states, 1)];
    const kept = unstack(saved, 1);
    const given = toStates && unstack(toStates, 1);
    let gradient = toLast;
    let toWeight: Tensor = zeros(weight.shape);
    const inputSides: Tensor[] = [];
    const stateSides: Tensor[] = [];
    for (let step = steps - 1; step >= 0; step--) {
      if (given) gradient = add(gradient, given[step]);
      const [reset, update, fresh, newState] = split(kept[step], 4, 1);
      const [toReset, toUpdate, toNew, toNewState, direct] = gruCellGradient(
        gradient,
        before[step],
        reset,
        update,
        fresh,
        newState,
      );
      inputSides.unshift(concatenate([toReset, toUpdate, toNew], 1));
      const stateSide = concatenate([toReset, toUpdate, toNewState], 1);
      stateSides.unshift(stateSide);
      toWeight = add(toWeight, product(matrixTransposed(stateSide), before[step]));
      gradient = add(direct, product(stateSide, weight));
    }
    const toGates = withShape(stack(inputSides, 1), [count * steps, 3 * hidden]);
    const toBiasHh = sum(withShape(stack(stateSides, 1), [count * steps, 3 * hidden]) as Mat, 0);
    return [toGates, gradient, toWeight, sum(toGates as Mat, 0), toBiasHh];
  },
  vjp: "plain",
};

/** What a gated recurrent unit runs on beside its initial state. */
export interface GruParts<H extends Dim = number> {
  /** The products of the inputs with their weights, without bias: `[R T, 3H]`, a row per sequence and step. */
  readonly gates: Mat;
  readonly weightHh: Mat<number, H>;
  readonly biasIh: Vec;
  readonly biasHh: Vec;
  /** Which row of `gates` is the input of each sequence and step, `[R T]`; then sequences may share rows. */
  readonly rows?: Vec;
}

function run(
  state: Mat,
  { gates, weightHh, biasIh, biasHh, rows }: GruParts,
  steps: number,
  saves: boolean,
): readonly Tensor[] {
  const inputs = [gates, state, weightHh, biasIh, biasHh, ...(rows ? [rows] : [])];
  return apply(gruOp, inputs, { steps, saves });
}

/**
 * A gated recurrent unit over sequences of equal length, in PyTorch's equations: steps of `gruCell` whose inputs are given
 * as products already. From the state before, `[R, H]`: the state after the last step, `[R, H]`.
 *
 * @throws ShapeError if the shapes do not go together.
 */
export const gru = defineOp(
  gruOp,
  <R extends Dim, H extends Dim>(state: Mat<R, H>, parts: GruParts<NoInfer<H>>, steps: number): Mat<R, H> =>
    run(state, parts, steps, isTraced())[0] as Mat<R, H>,
);

/**
 * The same, with the state after every step: `[R, T, H]`.
 *
 * @throws ShapeError if the shapes do not go together.
 */
export const gruStates = <R extends Dim, H extends Dim>(
  state: Mat<R, H>,
  parts: GruParts<NoInfer<H>>,
  steps: number,
): Tensor<readonly [R, number, H]> => run(state, parts, steps, true)[1] as Tensor<readonly [R, number, H]>;
