import { type Expression, elementwise, type Tensor } from "@factorvae/tensor";
import { checkOptions } from "../options.js";
import { shareOf, toward } from "../running-mean.js";
import type { Optimizer } from "./optimizer.js";
import { optimizerOf, type Rule } from "./optimizer-of.js";
import { checkDecays, checkEpsilon, checkPenalty } from "./settings.js";

type E = Expression;

/** Settings of Adam. */
export interface AdamOptions {
  /** Learning rate: about the largest change of a parameter in one step. */
  readonly lr: number;
  /** Decay of the gradient's running mean, in [0, 1) (default 0.9). */
  readonly beta1?: number;
  /** Decay of the squared gradient's running mean, in [0, 1) (default 0.999). */
  readonly beta2?: number;
  /** Added to the root of the squared gradient's mean, positive (default 1e-8). */
  readonly epsilon?: number;
  /** Times the parameter, what is added to its gradient (default 0); `adamW` shrinks the parameter itself instead. */
  readonly weightDecay?: number;
}

/** Settings of AdamW and AMSGrad. */
export interface AdamWOptions extends AdamOptions {
  /** Times the learning rate, the share of a parameter that each step takes off (AdamW 0.01, AMSGrad 0). */
  readonly weightDecay?: number;
}

const moved = (parameter: E, mean: E, power: E, rate: E, correction: E, epsilon: E): E =>
  parameter.sub(mean.mul(rate).div(power.sqrt().div(correction).add(epsilon)));

/** One update: the next parameter and moments. What changes between calls comes in as inputs. */
const adamUpdate = elementwise(
  "adam",
  // biome-ignore format: the operands in one view
  (
    parameter: E, gradient: E, first: E, second: E,
    share1: E, share2: E, penalty: E, rate: E, correction: E, epsilon: E,
  ): readonly [E, E, E] => {
    const slope = gradient.add(parameter.mul(penalty));
    const mean = toward(first, slope, share1);
    const power = toward(second, slope.mul(slope), share2);
    return [moved(parameter, mean, power, rate, correction, epsilon), mean, power];
  },
);

const adamWUpdate = elementwise(
  "adamW",
  // biome-ignore format: the operands in one view
  (
    parameter: E, gradient: E, first: E, second: E,
    share1: E, share2: E, shrink: E, rate: E, correction: E, epsilon: E,
  ): readonly [E, E, E] => {
    const mean = toward(first, gradient, share1);
    const power = toward(second, gradient.mul(gradient), share2);
    return [moved(parameter.mul(shrink), mean, power, rate, correction, epsilon), mean, power];
  },
);

const amsGradUpdate = elementwise(
  "amsGrad",
  // biome-ignore format: the operands in one view
  (
    parameter: E, gradient: E, first: E, second: E, largest: E,
    share1: E, share2: E, shrink: E, rate: E, correction: E, epsilon: E,
  ): readonly [E, E, E, E] => {
    const mean = toward(first, gradient, share1);
    const power = toward(second, gradient.mul(gradient), share2);
    const peak = power.max(largest);
    return [moved(parameter.mul(shrink), mean, peak, rate, correction, epsilon), mean, power, peak];
  },
);

/** What Adam and AdamW have in common. */
const adamMoments = {
  slots: ["firstMoment", "secondMoment"],
  squares: ["secondMoment"],
} as const;

/**
 * Adam: `m += (1 - beta1) (g - m)`, `v += (1 - beta2) (g^2 - v)`, and in step t the parameter less
 * `lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)`. Source: Kingma, Ba (2015); the place of epsilon is
 * PyTorch's. With weight decay, g has `weightDecay` times the parameter added, as PyTorch's.
 *
 * @throws RangeError if an option is out of range, or a parameter is there twice or shares memory with another.
 * @throws TypeError that names an option which is unknown.
 */
export const adam = (params: readonly Tensor[], options: AdamOptions): Optimizer =>
  adaptive({ name: "adam", ...adamMoments, formula: adamUpdate }, params, options, 0, (penalty) => penalty);

/**
 * Adam with decoupled weight decay: each step first multiplies the parameter by `1 - lr * weightDecay`. Source:
 * Loshchilov, Hutter (2019).
 *
 * @throws RangeError if an option is out of range, or a parameter is there twice or shares memory with another.
 * @throws TypeError that names an option which is unknown.
 */
export const adamW = (params: readonly Tensor[], options: AdamWOptions): Optimizer =>
  adaptive({ name: "adamW", ...adamMoments, formula: adamWUpdate }, params, options, 0.01, shrinkage);

/**
 * Adam that divides by the largest second moment so far, so that no later step is longer because gradients have become
 * small; with `weightDecay`, decoupled as AdamW's. Source: Reddi, Kale, Kumar (2018); as in PyTorch, the largest is taken
 * before the bias is corrected.
 *
 * @throws RangeError if an option is out of range, or a parameter is there twice or shares memory with another.
 * @throws TypeError that names an option which is unknown.
 */
export const amsGrad = (params: readonly Tensor[], options: AdamWOptions): Optimizer =>
  adaptive(
    {
      name: "amsGrad",
      slots: ["firstMoment", "secondMoment", "largestMoment"],
      squares: ["secondMoment", "largestMoment"],
      formula: amsGradUpdate,
    },
    params,
    options,
    0,
    shrinkage,
  );

/** What decoupled weight decay leaves of a parameter in one step. */
function shrinkage(weightDecay: number, rate: number): number {
  return 1 - rate * weightDecay;
}

/** `decay` is what weight decay is to the formula at a learning rate. */
function adaptive(
  rule: Omit<Rule, "settings">,
  params: readonly Tensor[],
  options: AdamOptions,
  usualDecay: number,
  decay: (weightDecay: number, rate: number) => number,
): Optimizer {
  checkOptions(rule.name, options, ["lr", "beta1", "beta2", "epsilon", "weightDecay"]);
  const { lr, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = usualDecay } = options;
  checkDecays(rule.name, { beta1, beta2 });
  checkEpsilon(rule.name, epsilon);
  checkPenalty(rule.name, weightDecay);
  const settings = (count: number, rate: number): readonly number[] => [
    shareOf(1 - beta1),
    shareOf(1 - beta2),
    decay(weightDecay, rate),
    rate / (1 - beta1 ** count),
    Math.sqrt(1 - beta2 ** count),
    epsilon,
  ];
  return optimizerOf({ ...rule, settings }, params, lr);
}
