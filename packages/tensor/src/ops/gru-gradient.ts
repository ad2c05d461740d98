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
  /** Whether the states after every step received gradients, the fourth operand. */
  readonly fromStates: boolean;
  /** Whether the last two operands are inputs and their weight; else the gates' gradients are wanted. */
  readonly hasProduct: boolean;
  /** Whether the gradients of the inputs, and of the state before the first step, are wanted. */
  readonly reachesInputs: boolean;
  readonly reachesState: boolean;
}

const operandsOf = <T>(operands: readonly T[], { fromStates, hasProduct }: WayBack) => {
  const [weightHh, saved, toLast] = operands;
  const [inputs, weightIh] = operands.slice(-2);
  return {
    weightHh,
    saved,
    toLast,
    toStates: fromStates ? operands[3] : undefined,
    product: hasProduct ? { inputs, weightIh } : undefined,
  };
};

/**
 * Gradients of the state's weight and both biases; of the gates, or of the inputs' weight; then of the inputs and of the
 * state before the first step, if wanted.
 */
const gruGradientOp: Op<WayBack> = {
  name: "gru.vjp",
  shape: (shapes, wayBack) => {
    const { weightHh, toLast, product: factors } = operandsOf(shapes, wayBack);
    const gates = [weightHh[0]];
    return [
      weightHh,
      gates,
      gates,
      factors ? factors.weightIh : [toLast[0] * wayBack.steps, ...gates],
      ...(factors && wayBack.reachesInputs ? [factors.inputs] : []),
      ...(wayBack.reachesState ? [toLast] : []),
    ];
  },
  forward: (kernels, values, wayBack, shapes) => {
    const operands = operandsOf(values, wayBack);
    const isEmpty = operands.toLast.layout.shape[1] === 0 || operands.product?.inputs.layout.shape[1] === 0;
    if (!kernels.linear || isEmpty) return undefined;
    const outputs = gruBackward(kernels.linear, operands, wayBack.steps, cell(), wayBack);
    return outputs.map((storage, at) => ({ storage, layout: contiguous(shapes[at]) }));
  },
  plain: (tensors, wayBack) => {
    const { weightHh, saved, toLast, toStates, product: factors } = operandsOf(tensors, wayBack);
    const { steps, reachesInputs, reachesState } = wayBack;
    const [count, hidden] = toLast.shape;
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
    return [
      toWeightHh,
      sum(toGates, 0),
      sum(perRow(stateSides), 0),
      factors ? product(matrixTransposed(toGates), factors.inputs) : toGates,
      ...(factors && reachesInputs ? [product(toGates, factors.weightIh)] : []),
      ...(reachesState ? [gradient] : []),
    ];
  },
  vjp: "plain",
};

/** What the gradients of a unit are made of. */
interface GruRun {
  readonly weightHh: Tensor;
  readonly saved: Tensor;
  readonly toLast: Tensor;
  readonly toStates: Tensor | undefined;
  readonly product: { readonly inputs: Tensor; readonly weightIh: Tensor } | undefined;
  readonly steps: number;
  readonly reachesInputs: boolean;
  readonly reachesState: boolean;
}

/** The gradients of the operands of `gru`; `toSource` is that of the inputs, or of the gates. */
interface GruGradients {
  readonly toSource: Tensor | undefined;
  readonly toWeightHh: Tensor;
  readonly toBiasIh: Tensor;
  readonly toBiasHh: Tensor;
  readonly toWeightIh: Tensor | undefined;
  readonly toState: Tensor | undefined;
}

/** Runs a unit's way back. */
export function gradientsOfGru(run: GruRun): GruGradients {
  const { weightHh, saved, toLast, toStates, product: factors, ...wanted } = run;
  const operands = [
    weightHh,
    saved,
    toLast,
    ...(toStates ? [toStates] : []),
    ...(factors ? [factors.inputs, factors.weightIh] : []),
  ];
  const wayBack = { ...wanted, fromStates: toStates !== undefined, hasProduct: factors !== undefined };
  const made = apply(gruGradientOp, operands, wayBack);
  const [toWeightHh, toBiasIh, toBiasHh, fourth] = made;
  return {
    toSource: !factors ? fourth : run.reachesInputs ? made[4] : undefined,
    toWeightHh,
    toBiasIh,
    toBiasHh,
    toWeightIh: factors && fourth,
    toState: run.reachesState ? made[made.length - 1] : undefined,
  };
}
