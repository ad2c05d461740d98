import { type Expression, elementwise, type Tensor } from "@factorvae/tensor";
import { checkOptions } from "../options.js";
import { shareOf, toward } from "../running-mean.js";
import type { Optimizer } from "./optimizer.js";
import { optimizerOf, type Rule } from "./optimizer-of.js";
import { checkDecays, checkEpsilon, checkPenalty } from "./settings.js";

type E = Expression;

/** Settings of RMSprop. */
export interface RmsPropOptions {
  /** Learning rate: about the change of a parameter in one step while its gradient stays. */
  readonly lr: number;
  /** Decay of the squared gradient's running mean, in [0, 1) (default 0.99). */
  readonly decay?: number;
  /** Added to the root of that mean, positive (default 1e-8). */
  readonly epsilon?: number;
  /** Whether the mean's square is taken off the mean square: the gradient's variance, not its power (default false). */
  readonly centred?: boolean;
  /** The share of its velocity that each step keeps, in [0, 1) (default 0). */
  readonly momentum?: number;
  /** Times the parameter, what is added to its gradient (default 0). */
  readonly weightDecay?: number;
}

interface Moments {
  readonly slope: E;
  readonly power: E;
  /** The gradient over its usual size. */
  readonly change: E;
}

function scaled(parameter: E, gradient: E, before: E, share: E, epsilon: E, penalty: E): Moments {
  const slope = gradient.add(parameter.mul(penalty));
  const power = toward(before, slope.mul(slope), share);
  return { slope, power, change: slope.div(power.sqrt().add(epsilon)) };
}

function centredOn(parameter: E, gradient: E, before: E, meanBefore: E, share: E, epsilon: E, penalty: E) {
  const { slope, power } = scaled(parameter, gradient, before, share, epsilon, penalty);
  const mean = toward(meanBefore, slope, share);
  // A variance of nothing may round to less than 0, which has no root.
  const variance = power.sub(mean.mul(mean)).max(0);
  return { power, mean, change: slope.div(variance.sqrt().add(epsilon)) };
}

const plainUpdate = elementwise(
  "rmsProp",
  (parameter: E, gradient: E, before: E, rate: E, share: E, epsilon: E, penalty: E): readonly [E, E] => {
    const { power, change } = scaled(parameter, gradient, before, share, epsilon, penalty);
    return [parameter.sub(change.mul(rate)), power];
  },
);

const momentumUpdate = elementwise(
  "rmsProp",
  // biome-ignore format: the operands in one view
  (
    parameter: E, gradient: E, before: E, velocity: E,
    rate: E, share: E, epsilon: E, penalty: E, momentum: E,
  ): readonly [E, E, E] => {
    const { power, change } = scaled(parameter, gradient, before, share, epsilon, penalty);
    const next = velocity.mul(momentum).add(change);
    return [parameter.sub(next.mul(rate)), power, next];
  },
);

const centredUpdate = elementwise(
  "rmsProp",
  // biome-ignore format: the operands in one view
  (
    parameter: E, gradient: E, before: E, meanBefore: E,
    rate: E, share: E, epsilon: E, penalty: E,
  ): readonly [E, E, E] => {
    const { power, mean, change } = centredOn(parameter, gradient, before, meanBefore, share, epsilon, penalty);
    return [parameter.sub(change.mul(rate)), power, mean];
  },
);

const centredMomentumUpdate = elementwise(
  "rmsProp",
  // biome-ignore format: the operands in one view
  (
    parameter: E, gradient: E, before: E, meanBefore: E, velocity: E,
    rate: E, share: E, epsilon: E, penalty: E, momentum: E,
  ): readonly [E, E, E, E] => {
    const { power, mean, change } = centredOn(parameter, gradient, before, meanBefore, share, epsilon, penalty);
    const next = velocity.mul(momentum).add(change);
    return [parameter.sub(next.mul(rate)), power, mean, next];
  },
);

/**
 * RMSprop: `s += (1 - decay) (g^2 - s)`, and the parameter less `lr g / (sqrt(s) + epsilon)`; centred, s less the square
 * of the gradient's running mean; with momentum, less `lr v`, where `v = momentum v + g / (sqrt(s) + epsilon)`. With
 * weight decay, g has `weightDecay` times the parameter added. Source: Tieleman, Hinton (2012), centred as Graves (2013);
 * the place of epsilon is PyTorch's.
 *
 * @throws RangeError if an option is out of range, or a parameter is there twice or shares memory with another.
 * @throws TypeError that names an option which is unknown.
 */
export function rmsProp(params: readonly Tensor[], options: RmsPropOptions): Optimizer {
  checkOptions("rmsProp", options, ["lr", "decay", "epsilon", "centred", "momentum", "weightDecay"]);
  const { lr, decay = 0.99, epsilon = 1e-8, centred = false, momentum = 0, weightDecay = 0 } = options;
  checkDecays("rmsProp", { decay, momentum });
  checkEpsilon("rmsProp", epsilon);
  checkPenalty("rmsProp", weightDecay);
  const isHeavy = momentum > 0;
  const [still, moving] = centred ? [centredUpdate, centredMomentumUpdate] : [plainUpdate, momentumUpdate];
  const settings = (_: number, rate: number): readonly number[] => [rate, shareOf(1 - decay), epsilon, weightDecay];
  const rule: Rule = {
    name: "rmsProp",
    slots: ["secondMoment", ...(centred ? ["firstMoment"] : []), ...(isHeavy ? ["velocity"] : [])],
    squares: ["secondMoment"],
    formula: isHeavy ? moving : still,
    settings: isHeavy ? (count, rate) => [...settings(count, rate), momentum] : settings,
  };
  return optimizerOf(rule, params, lr);
}
