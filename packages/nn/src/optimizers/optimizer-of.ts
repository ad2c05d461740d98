import { assign, type FormulaOp, keep, scalar, scope, type Tensor, zeros } from "@factorvae/tensor";
import { checkEach } from "../elements.js";
import { checkOptions } from "../options.js";
import { copied, load, type StateDict } from "../state-dict.js";
import { checkGradients, checkParameters, checkReadable, checkWritable, type Optimizer } from "./optimizer.js";
import { checkRate } from "./settings.js";
import { numbered, updateInPlace } from "./update.js";

/** What tells one optimizer from another. */
export interface Rule {
  readonly name: string;
  /** What is remembered beside each parameter, a tensor of its shape that starts at zeros, by name. */
  readonly slots: readonly string[];
  /** Which of them are means of squares: never below 0. */
  readonly squares: readonly string[];
  /** From the parameter, its gradient, the slots and the settings to the next parameter and slots. */
  readonly formula: { readonly op: FormulaOp };
  /** The settings of the formula in step `count`, the first being 1, at a learning rate. */
  readonly settings: (count: number, lr: number) => readonly number[];
}

/** What an optimizer remembers: how many steps there were, and the tensors of each slot in the order of the parameters. */
interface Memory {
  readonly step: Tensor;
  readonly slots: Readonly<Record<string, readonly Tensor[]>>;
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;

/** The memory by name, parameters by their position: `step`, `firstMoment.0`, ... */
const named = ({ step, slots }: Memory): StateDict =>
  Object.assign({ step }, ...Object.entries(slots).map(([name, tensors]) => numbered(name, tensors)));

/**
 * The optimizer of a rule.
 *
 * @throws RangeError if the learning rate is negative or not finite, or a parameter is there twice, is an
 *   expanded view, or shares memory with another.
 * @throws TypeError if the parameters are no array of tensors, or one holds indices.
 */
export function optimizerOf(
  { name, slots, squares, formula, settings }: Rule,
  params: readonly Tensor[],
  lr: number,
): Optimizer {
  checkParameters(name, params);
  checkRate(name, lr);
  const usualRate = lr;
  const blank = (): Tensor[] => params.map(({ shape }) => keep(zeros(shape)));
  let held: Memory | undefined = {
    step: keep(scalar(0)),
    slots: Object.fromEntries(slots.map((slot) => [slot, blank()])),
  };
  const remembered = (): Memory => {
    if (!held) throw new Error(`${name}: used after release(); make a new optimizer`);
    return held;
  };
  return {
    step: (grads, options = {}) => {
      checkOptions(`${name}.step`, options, ["lr"]);
      const { lr = usualRate } = options;
      const { step, slots } = remembered();
      checkRate(name, lr);
      checkGradients(name, params, grads);
      checkWritable(name, params);
      for (const [slot, tensors] of Object.entries(slots)) checkReadable(name, slot, tensors);
      scope(() => {
        const count = step.item() + 1;
        const updates = params.map((parameter, at) => {
          const own = Object.values(slots).map((tensors) => tensors[at]);
          return { targets: [parameter, ...own], operands: [parameter, grads[at], ...own] };
        });
        updateInPlace(formula, updates, settings(count, lr));
        assign(step, scalar(count));
      });
    },
    stateDict: () => copied(named(remembered())),
    loadStateDict: (state) => {
      const operation = `${name}.loadStateDict`;
      load(operation, named(remembered()), state, (entry, value) => {
        if (entry === "step") checkEach(operation, entry, value, "a whole number of at least 0", isCount);
        if (squares.some((slot) => entry.startsWith(`${slot}.`)))
          checkEach(operation, entry, value, "at least 0", (square) => square >= 0);
      });
    },
    memory: () => Object.values(named(remembered())),
    release: () => {
      held = undefined;
    },
  };
}
