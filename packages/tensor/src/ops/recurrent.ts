import { elementwise } from "../elementwise.js";
import type { Expression } from "../formula.js";
import { sigmoid } from "./activation.js";

type E = Expression;

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
    const reset = sigmoid(resetInput.add(resetState));
    const update = sigmoid(updateInput.add(updateState));
    const fresh = newInput.add(reset.mul(newState)).tanh();
    return [fresh.add(update.mul(state.sub(fresh))), reset, update, fresh];
  },
);
