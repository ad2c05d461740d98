import { elementwise } from "../elementwise.js";
import { type Expression, literal } from "../formula.js";
import { sigmoid } from "./activation.js";

type E = Expression;

/** The reset or update gate of a cell, from the shares of its input and of the state. */
export const gruGate = (fromInput: E, fromState: E): E => sigmoid(fromInput.add(fromState));

/** The next state of a cell and its new gate, from the state, the other gates, and both shares of the new gate. */
export function gruNext(state: E, reset: E, update: E, newInput: E, newState: E): readonly [next: E, fresh: E] {
  const fresh = newInput.add(reset.mul(newState)).tanh();
  return [fresh.add(update.mul(state.sub(fresh))), fresh];
}

/**
 * One step of a gated recurrent unit, as PyTorch has it (the reset gate acts after the product):
 * `r = s(resetInput + resetState)`, `z = s(updateInput + updateState)`, `n = tanh(newInput + r * newState)`,
 * `h = (1 - z) * n + z * state`. Inputs are the products with x and with the state, biases included: all `[N, H]`.
 * Returns `[h, r, z, n]`: the derivative takes the gates from there instead of computing them again.
 */
export const gruCell = elementwise(
  "gruCell",
  (
    state: E,
    resetInput: E,
    updateInput: E,
    newInput: E,
    resetState: E,
    updateState: E,
    newState: E,
  ): readonly [E, E, E, E] => {
    const reset = gruGate(resetInput, resetState);
    const update = gruGate(updateInput, updateState);
    const [next, fresh] = gruNext(state, reset, update, newInput, newState);
    return [next, reset, update, fresh];
  },
);

/** Below this size a gradient on its way back through time counts as 0: denormal numbers make products many times slower. */
const negligible = 1e-30;

/** The same number, or 0 where it is negligible. Its derivative is that of the number: a zero gradient has one too. */
const withoutNegligible = elementwise("withoutNegligible", (x: E) => x.abs().gt(negligible).select(x, 0), {
  d: [() => literal(1)],
});

/**
 * What a step of `gruCell` passes back, from the gradient of its new state, the state before, the gates and the share of
 * the state in the new gate: the gradients of the three sums in the gates (the first two have the same from both sides),
 * that of the state's share in the third, and what goes straight to the state before.
 */
export const gruCellGradient = elementwise(
  "gruCellGradient",
  (received: E, state: E, reset: E, update: E, fresh: E, newState: E): readonly [E, E, E, E, E] => {
    const gradient = withoutNegligible(received);
    const toNew = gradient.sub(gradient.mul(update)).mul(fresh.mul(fresh).sub(1).neg());
    const toUpdate = gradient.mul(state.sub(fresh)).mul(update.sub(update.mul(update)));
    const toReset = toNew.mul(newState).mul(reset.sub(reset.mul(reset)));
    return [toReset, toUpdate, toNew, toNew.mul(reset), gradient.mul(update)];
  },
);
