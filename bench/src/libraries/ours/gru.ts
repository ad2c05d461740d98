import { key, pinned, scope, type Tensor, tensor, valueAndGrad } from "@factorvae/autograd";
import { GRU, parameters } from "@factorvae/nn";
import { sumOf, type Timed } from "../../case.js";
import type { GruSpec } from "../../groups/model.js";
import { values } from "../../values.js";
import { setWeights } from "./weights.js";

/** The recurrent unit, and the gradients of the mean square of its last state by all weights and by its input. */
export function gruCase({ stocks, steps, hidden }: GruSpec): Timed {
  const unit = new GRU(hidden, hidden, key(1));
  setWeights(unit, hidden);
  const x = tensor(values("x", stocks * steps * hidden), [stocks, steps, hidden]);
  const inputs: Tensor[] = [x, ...parameters(unit)];
  const both = () => valueAndGrad(() => unit.forward(x).square().mean(), inputs);
  return {
    run: () => scope(() => both().grads.map(({ storage }) => storage.values[0])),
    check: () => both().grads.reduce((sum, { data }) => sum + sumOf(data.map(Math.abs)), 0),
    around: (turn) => pinned(inputs, turn),
  };
}
