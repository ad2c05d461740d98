import { type Expression, elementwise, type Tensor } from "@factorvae/tensor";
import { checkOptions } from "../options.js";
import type { Optimizer } from "./optimizer.js";
import { optimizerOf, type Rule } from "./optimizer-of.js";
import { checkDecays, checkPenalty } from "./settings.js";

type E = Expression;

/** Settings of gradient descent. */
export interface SgdOptions {
  /** Learning rate: what a gradient is multiplied by. */
  readonly lr: number;
  /** The share of its velocity that each step keeps, in [0, 1) (default 0). */
  readonly momentum?: number;
  /** The share of a gradient that the velocity leaves out, but for the first, in [0, 1) (default 0). */
  readonly dampening?: number;
  /** Whether a step looks ahead along the velocity: it needs momentum, and takes no dampening (default false). */
  readonly nesterov?: boolean;
  /** Times the parameter, what is added to its gradient (default 0). */
  readonly weightDecay?: number;
}

const plainUpdate = elementwise("sgd", (parameter: E, gradient: E, rate: E, penalty: E): readonly [E] => [
  parameter.sub(gradient.add(parameter.mul(penalty)).mul(rate)),
]);

const momentumUpdate = elementwise(
  "sgd",
  (parameter: E, gradient: E, velocity: E, rate: E, penalty: E, momentum: E, gain: E): readonly [E, E] => {
    const next = velocity.mul(momentum).add(gradient.add(parameter.mul(penalty)).mul(gain));
    return [parameter.sub(next.mul(rate)), next];
  },
);

const nesterovUpdate = elementwise(
  "sgd",
  (parameter: E, gradient: E, velocity: E, rate: E, penalty: E, momentum: E, gain: E): readonly [E, E] => {
    const slope = gradient.add(parameter.mul(penalty));
    const next = velocity.mul(momentum).add(slope.mul(gain));
    return [parameter.sub(slope.add(next.mul(momentum)).mul(rate)), next];
  },
);

/**
 * Gradient descent: the parameter less `lr g`; with momentum less `lr v`, where `v = momentum v + (1 - dampening) g`, the
 * first v being the first g; with Nesterov's less `lr (g + momentum v)`. With weight decay, g has `weightDecay` times the
 * parameter added. Source: Sutskever et al. (2013), in PyTorch's form, where a change of `lr` does not reach into v.
 *
 * @throws RangeError if an option is out of range, Nesterov's step is asked for without momentum or with dampening, or a
 * parameter is there twice or shares memory with another.
 * @throws TypeError that names an option which is unknown.
 */
export function sgd(params: readonly Tensor[], options: SgdOptions): Optimizer {
  checkOptions("sgd", options, ["lr", "momentum", "dampening", "nesterov", "weightDecay"]);
  const { lr, momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = options;
  checkDecays("sgd", { momentum, dampening });
  checkPenalty("sgd", weightDecay);
  if (nesterov && (momentum === 0 || dampening > 0))
    throw new RangeError(
      `sgd: nesterov needs momentum above 0 and no dampening, not momentum ${momentum} and dampening ${dampening}`,
    );
  const rule: Rule =
    momentum === 0
      ? { name: "sgd", slots: [], squares: [], formula: plainUpdate, settings: (_, rate) => [rate, weightDecay] }
      : {
          name: "sgd",
          slots: ["velocity"],
          squares: [],
          formula: nesterov ? nesterovUpdate : momentumUpdate,
          settings: (count, rate) => [rate, weightDecay, momentum, count === 1 ? 1 : 1 - dampening],
        };
  return optimizerOf(rule, params, lr);
}
