import { elementwise } from "../elementwise.js";
import type { Expression } from "../formula.js";
import { sigmoid } from "./activation.js";

type E = Expression;

/**
 * The gates and the new state of a gated recurrent unit, as PyTorch has it (the reset gate acts after the product):
 * `r = s(resetInput + resetState)`, `z = s(updateInput + updateState)`, `n = tanh(newInput + r * newState)`,
 * `(1 - z) * n + z * state`. Inputs are the products with x and with the state, biases included: all `[N, H]`.
 */
export const gruCell = elementwise(
  "gruCell",
  (state: E, resetInput: E, updateInput: E, newInput: E, resetState: E, updateState: E, newState: E) => {
    const reset = sigmoid(resetInput.add(resetState));
    const update = sigmoid(updateInput.add(updateState));
    const fresh = newInput.add(reset.mul(newState)).tanh();
    return fresh.add(update.mul(state.sub(fresh)));
  },
);
