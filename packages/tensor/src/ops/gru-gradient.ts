import { gruBackward } from "../backend/wasm/gru/backward.js";
import { input } from "../formula.js";
import { contiguous } from "../layout.js";
import { apply, type Op } from "../op.js";
import { compile, type Program } from "../program.js";
import type { Mat, Tensor } from "../tensor.js";
import { add } from "./arithmetic.js";
import { zeros } from "./creation.js";
import { concatenate, split, stack, unstack } from "./join.js";
import { product } from "./matmul.js";
import { gruCellGradient } from "./recurrent.js";
import { sum } from "./reduce.js";
import { matrixTransposed, withShape } from "./view.js";

/** What a unit's inputs are: inputs whose product with a weight is their share of the gates, or that share itself. */
export type GruOrigin = "inputs" | "gates" | "rows of gates";

let cellProgram: Program | undefined;

/** The program of a step's way back, for kernels that run it over whole sequences. */
const cell = (): Program => {
  const [received, state, reset, update, fresh, newState] = Array.from({ length: 6 }, (_, position) => input(position));
  cellProgram ??= compile(gruCellGradient(received, state, reset, update, fresh, newState));
  return cellProgram;
};

interface WayBack {
  readonly steps: number;
  /** Whether the states after every step received gradients, the fifth operand. */
  readonly fromStates: boolean;
  /** Whether the last two operands are inputs and their weight; else the gates' gradients are wanted. */
  readonly hasProduct: boolean;
  /** Whether the gradient of the inputs is wanted. */
  readonly reachesInputs: boolean;
}

const operandsOf = <T>(operands: readonly T[], { fromStates, hasProduct }: WayBack) => {
  const [state, weightHh, saved, toLast] = operands;
  const [inputs, weightIh] = operands.slice(-2);
  return {
    state,
    weightHh,
    saved,
    toLast,
    toStates: fromStates ? operands[4] : undefined,
    product: hasProduct ? { inputs, weightIh } : undefined,
  };
};

/** Gradients of the initial state, the state's weight and both biases; then of the gates, or of the inputs' weight and perhaps the inputs. */
const gruGradientOp: Op<WayBack> = {
  name: "gru.vjp",
  shape: (shapes, wayBack) => {
    const { state, weightHh, product: factors } = operandsOf(shapes, wayBack);
    const gates = [weightHh[0]];
    const sources = factors
      ? [factors.weightIh, ...(wayBack.reachesInputs ? [factors.inputs] : [])]
      : [[state[0] * wayBack.steps, ...gates]];
    return [state, weightHh, gates, gates, ...sources];
  },
  forward: (kernels, values, wayBack, shapes) => {
    const operands = operandsOf(values, wayBack);
    if (!kernels.linear || operands.product?.inputs.layout.shape[1] === 0) return undefined;
    const outputs = gruBackward(kernels.linear, operands, wayBack.steps, cell(), wayBack.reachesInputs);
    return outputs.map((storage, at) => ({ storage, layout: contiguous(shapes[at]) }));
  },
  plain: (tensors, wayBack) => {
    const { state, weightHh, saved, toLast, toStates, product: factors } = operandsOf(tensors, wayBack);
    const { steps } = wayBack;
    const [count, hidden] = state.shape;
    const kept = unstack(saved, 0);
    const given = toStates && unstack(toStates, 1);
    let gradient = toLast;
    let toWeightHh: Tensor = zeros(weightHh.shape);
    const inputSides: Tensor[] = [];
    const stateSides: Tensor[] = [];
    for (let step = steps - 1; step >= 0; step--) {
      if (given) gradient = add(gradient, given[step]);
      const [reset, update, fresh, newState, before] = split(kept[step], 5, 1);
      const [toReset, toUpdate, toNew, toNewState, direct] = gruCellGradient(
        gradient,
        before,
        reset,
        update,
        fresh,
        newState,
      );
      inputSides.unshift(concatenate([toReset, toUpdate, toNew], 1));
      const stateSide = concatenate([toReset, toUpdate, toNewState], 1);
      stateSides.unshift(stateSide);
      toWeightHh = add(toWeightHh, product(matrixTransposed(stateSide), before));
      gradient = add(direct, product(stateSide, weightHh));
    }
    const perRow = (sides: readonly Tensor[]): Mat => withShape(stack(sides, 1), [count * steps, 3 * hidden]) as Mat;
    const toGates = perRow(inputSides);
    const sources = factors
      ? [
          product(matrixTransposed(toGates), factors.inputs),
          ...(wayBack.reachesInputs ? [product(toGates, factors.weightIh)] : []),
        ]
      : [toGates];
    return [gradient, toWeightHh, sum(toGates, 0), sum(perRow(stateSides), 0), ...sources];
  },
  vjp: "plain",
};

/** What the gradients of a unit are made of. */
interface GruRun {
  readonly state: Tensor;
  readonly weightHh: Tensor;
  readonly saved: Tensor;
  readonly toLast: Tensor;
  readonly toStates: Tensor | undefined;
  readonly product: { readonly inputs: Tensor; readonly weightIh: Tensor } | undefined;
  readonly steps: number;
  readonly reachesInputs: boolean;
}

/** The gradients of the operands of `gru` in their order: of inputs or gates, state, weight, biases, and the inputs' weight. */
export function gradientsOfGru(run: GruRun): readonly (Tensor | undefined)[] {
  const { state, weightHh, saved, toLast, toStates, product: factors, steps, reachesInputs } = run;
  const operands = [
    state,
    weightHh,
    saved,
    toLast,
    ...(toStates ? [toStates] : []),
    ...(factors ? [factors.inputs, factors.weightIh] : []),
  ];
  const wayBack = { steps, fromStates: toStates !== undefined, hasProduct: factors !== undefined, reachesInputs };
  const made = apply(gruGradientOp, operands, wayBack);
  const [toState, toWeightHh, toBiasIh, toBiasHh, fifth, sixth] = made;
  return factors
    ? [sixth, toState, toWeightHh, toBiasIh, toBiasHh, fifth]
    : [fifth, toState, toWeightHh, toBiasIh, toBiasHh];
}
