import { type GruCell, gruForward } from "../backend/wasm/gru/forward.js";
import { input } from "../formula.js";
import { contiguous } from "../layout.js";
import type { Op } from "../op.js";
import { compile } from "../program.js";
import { formatShape, type Shape, ShapeError, sameShape } from "../shape.js";
import type { Tensor, Vec } from "../tensor.js";
import { add } from "./arithmetic.js";
import { zeros } from "./creation.js";
import { type GruOrigin, gradientsOfGru } from "./gru-gradient.js";
import { gather, scatterAdd } from "./indexing.js";
import { concatenate, split, stack, unstack } from "./join.js";
import { product } from "./matmul.js";
import { gruCell, gruGate, gruNext } from "./recurrent.js";
import { matrixTransposed, withShape } from "./view.js";

/** How the unit runs over its sequences. */
export interface Sequences {
  readonly steps: number;
  /** What the first operand is: inputs, with their weight as the fifth operand; gates; or gates, with rows as the fifth. */
  readonly origin: GruOrigin;
  /** Whether the state before the first step is 0; else it is the last operand. */
  readonly atRest: boolean;
  /** Whether the state after every step is a result too. */
  readonly everyState: boolean;
  /** Whether the last result is what the way back needs: for each step the gates, `U_n h + c_n` and the state before. */
  readonly saves: boolean;
}

let cellPrograms: GruCell | undefined;

/** The programs of a step, for kernels that run them over whole sequences. */
const cell = (): GruCell => {
  const [a, b, c, d, e] = Array.from({ length: 5 }, (_, position) => input(position));
  cellPrograms ??= { gate: compile([gruGate(a, b)]), next: compile(gruNext(a, b, c, d, e)) };
  return cellPrograms;
};

/** The operands by name; `fifth` is the inputs' weight, or the rows of the gates. */
const operandsOf = <T>(operands: readonly T[], { origin, atRest }: Sequences) => ({
  source: operands[0],
  weightHh: operands[1],
  biasIh: operands[2],
  biasHh: operands[3],
  fifth: origin === "gates" ? undefined : operands[4],
  state: atRest ? undefined : operands[operands.length - 1],
});

/** How many sequences there are, by the shape of what has a row for each of their steps. */
const sequencesOf = (source: Shape, fifth: Shape | undefined, { origin, steps }: Sequences): number =>
  (origin === "rows of gates" && fifth ? fifth[0] : source[0]) / steps;

function checkShapes(shapes: readonly Shape[], sequences: Sequences): void {
  const { source, weightHh, biasIh, biasHh, fifth, state } = operandsOf(shapes, sequences);
  const { steps, origin } = sequences;
  if (!(steps >= 1)) throw new ShapeError("gru", `at least one step is needed, not ${steps}`, [source]);
  const hidden = weightHh[1];
  const gates = [3 * hidden];
  const count = state ? state[0] : Math.floor(sequencesOf(source, fifth, sequences));
  const rows = origin === "rows of gates" ? source[0] : count * steps;
  const operands: readonly (readonly [name: string, found: Shape | undefined, wanted: Shape])[] = [
    ["state", state, [count, hidden]],
    ["weightHh", weightHh, [...gates, hidden]],
    ["biasIh", biasIh, gates],
    ["biasHh", biasHh, gates],
    ...(origin === "inputs"
      ? ([
          ["inputs", source, [rows, source[1]]],
          ["weightIh", fifth, [...gates, source[1]]],
        ] as const)
      : ([["gates", source, [rows, ...gates]]] as const)),
    ...(origin === "rows of gates" ? ([["rows", fifth, [count * steps]]] as const) : []),
  ];
  for (const [name, found, wanted] of operands)
    if (found && !sameShape(found, wanted))
      throw new ShapeError(
        "gru",
        `${name} must be ${formatShape(wanted)} for ${count} sequences of ${steps} steps, ${hidden} wide, not ${formatShape(found)}`,
        operands.flatMap(([, shape]) => (shape ? [shape] : [])),
      );
}

/** The inputs' share of the gates at each step, `[R, 3H]`. */
function sharesOf(
  source: Tensor,
  last: Tensor | undefined,
  count: number,
  { steps, origin }: Sequences,
): readonly Tensor[] {
  const gates =
    last === undefined
      ? source
      : origin === "inputs"
        ? product(source, matrixTransposed(last))
        : gather(source, last as Vec, 0);
  return unstack(withShape(gates, [count, steps, gates.shape[1]]), 1);
}

/** A gated recurrent unit over sequences of equal length, all steps at once. */
export const gruOp: Op<Sequences> = {
  name: "gru",
  shape: (shapes, sequences) => {
    checkShapes(shapes, sequences);
    const { source, weightHh, fifth } = operandsOf(shapes, sequences);
    const { steps, everyState, saves } = sequences;
    const [count, hidden] = [sequencesOf(source, fifth, sequences), weightHh[1]];
    return [
      [count, hidden],
      ...(everyState ? [[count, steps, hidden]] : []),
      ...(saves ? [[steps, count, 5 * hidden]] : []),
    ];
  },
  forward: (kernels, values, sequences, shapes) => {
    const { source: first, fifth, ...others } = operandsOf(values, sequences);
    const { steps, origin, everyState, saves } = sequences;
    // Of inputs without columns there is no product.
    const isEmpty = others.weightHh.layout.shape[1] === 0 || (origin === "inputs" && first.layout.shape[1] === 0);
    if (!kernels.linear || isEmpty) return undefined;
    const source = origin === "inputs" && fifth ? { inputs: first, weightIh: fifth } : { gates: first, rows: fifth };
    const outputs = gruForward(kernels.linear, { source, ...others }, steps, cell(), { everyState, saves });
    return outputs.map((storage, at) => ({ storage, layout: contiguous(shapes[at]) }));
  },
  plain: (tensors, sequences) => {
    const { source, weightHh, biasIh, biasHh, fifth, state: initial } = operandsOf(tensors, sequences);
    const fromState = matrixTransposed(weightHh);
    const count = sequencesOf(source.shape, fifth?.shape, sequences);
    let state = initial ?? zeros([count, weightHh.shape[1]]);
    const states: Tensor[] = [];
    const saved = sharesOf(source, fifth, count, sequences).map((share) => {
      const [resetInput, updateInput, newInput] = split(add(share, biasIh), 3, 1);
      const [resetState, updateState, newState] = split(add(product(state, fromState), biasHh), 3, 1);
      const before = state;
      const made = gruCell(before, resetInput, updateInput, newInput, resetState, updateState, newState);
      const [next, reset, update, fresh] = made;
      state = next;
      states.push(next);
      return concatenate([reset, update, fresh, newState, before], 1);
    });
    const { everyState, saves } = sequences;
    return [state, ...(everyState ? [stack(states, 1)] : []), ...(saves ? [stack(saved, 0)] : [])];
  },
  vjp: ({ inputs, outputs, gradients, reached, needed, attributes: sequences }) => {
    const { origin, steps, atRest, everyState, saves } = sequences;
    if (!saves) throw new Error("gru: the gates of this run were not kept, so that there is no way back");
    if (reached[outputs.length - 1])
      throw new Error("gru: its gates are results for its own way back, and have no derivative");
    const { source, weightHh, fifth } = operandsOf(inputs, sequences);
    const found = gradientsOfGru({
      weightHh,
      saved: outputs[outputs.length - 1],
      toLast: gradients[0],
      toStates: everyState && reached[1] ? gradients[1] : undefined,
      product: origin === "inputs" && fifth ? { inputs: source, weightIh: fifth } : undefined,
      steps,
      reachesInputs: needed[0],
      reachesState: !atRest,
    });
    const ofRows = origin === "rows of gates" && fifth;
    const toSource =
      ofRows && found.toSource ? scatterAdd(found.toSource, fifth as Vec, 0, source.shape[0]) : found.toSource;
    const { toWeightHh, toBiasIh, toBiasHh, toWeightIh, toState } = found;
    return [
      toSource,
      toWeightHh,
      toBiasIh,
      toBiasHh,
      ...(origin === "gates" ? [] : [toWeightIh]),
      ...(atRest ? [] : [toState]),
    ];
  },
};
