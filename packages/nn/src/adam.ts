import {
  assign,
  assignResults,
  type Expression,
  elementwise,
  keep,
  scalar,
  scope,
  type Tensor,
  zeros,
} from "@factorvae/tensor";
import { checkGradients, checkRate, type Optimizer } from "./optimizer.js";
import { copied, load, type StateDict } from "./state-dict.js";

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
}

/** Settings of AdamW. */
export interface AdamWOptions extends AdamOptions {
  /** Times the learning rate, the share of a parameter that each step takes off (default 0.01). */
  readonly weightDecay?: number;
}

/** One update: the next parameter and moments. What changes between calls comes in as inputs. */
const update = elementwise(
  "adam",
  // biome-ignore format: the operands in one view
  (
    parameter: E, gradient: E, first: E, second: E,
    gain1: E, gain2: E, shrink: E, rate: E, correction: E, epsilon: E,
  ): readonly [E, E, E] => {
    // Toward the new value by 1 - beta: made of a beta rounded to float32, that difference would keep 4 digits.
    const mean = first.add(gradient.sub(first).mul(gain1));
    const power = second.add(gradient.mul(gradient).sub(second).mul(gain2));
    const change = mean.mul(rate).div(power.sqrt().div(correction).add(epsilon));
    return [parameter.mul(shrink).sub(change), mean, power];
  },
);

/**
 * Adam: `m += (1 - beta1) (g - m)`, `v += (1 - beta2) (g^2 - v)`, and in step t the parameter less
 * `lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)`. Source: Kingma, Ba (2015); the place of epsilon is
 * PyTorch's.
 *
 * @throws RangeError if an option is out of range.
 */
export const adam = (params: readonly Tensor[], options: AdamOptions): Optimizer =>
  adaptive("adam", params, options, 0);

/**
 * Adam with decoupled weight decay: each step first multiplies the parameter by `1 - lr * weightDecay`. Source:
 * Loshchilov, Hutter (2019).
 *
 * @throws RangeError if an option is out of range.
 */
export const adamW = (params: readonly Tensor[], { weightDecay = 0.01, ...options }: AdamWOptions): Optimizer =>
  adaptive("adamW", params, options, weightDecay);

function adaptive(name: string, params: readonly Tensor[], options: AdamOptions, weightDecay: number): Optimizer {
  const { lr: usualRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkOptions(name, usualRate, { beta1, beta2 }, { epsilon, weightDecay });
  const zerosLike = ({ shape }: Tensor): Tensor => keep(zeros(shape));
  let held: Memory | undefined = { step: keep(scalar(0)), first: params.map(zerosLike), second: params.map(zerosLike) };
  const remembered = (): Memory => {
    if (!held) throw new Error(`${name}: used after release(); make a new optimizer`);
    return held;
  };
  return {
    step: (grads, { lr = usualRate } = {}) => {
      const { step, first, second } = remembered();
      checkRate(name, lr);
      checkGradients(name, params, grads);
      scope(() => {
        const count = step.item() + 1;
        const rate = lr / (1 - beta1 ** count);
        const correction = Math.sqrt(1 - beta2 ** count);
        const settings = [
          scalar(1 - beta1),
          scalar(1 - beta2),
          scalar(1 - lr * weightDecay),
          scalar(rate),
          scalar(correction),
          scalar(epsilon),
        ] as const;
        params.forEach((parameter, at) => {
          const [mean, power] = [first[at], second[at]];
          assignResults([parameter, mean, power], update, [parameter, grads[at], mean, power, ...settings]);
        });
        assign(step, scalar(count));
      });
    },
    stateDict: () => copied(named(remembered())),
    loadStateDict: (state) => load(`${name}.loadStateDict`, named(remembered()), state),
    memory: () => Object.values(named(remembered())),
    release: () => {
      held = undefined;
    },
  };
}

/** What Adam remembers: how many steps there were, and the running means of each gradient and of its square. */
interface Memory {
  readonly step: Tensor;
  readonly first: readonly Tensor[];
  readonly second: readonly Tensor[];
}

/** The memory by name, parameters by their position: `step`, `firstMoment.0`, ..., `secondMoment.0`, ... */
function named({ step, first, second }: Memory): StateDict {
  const numbered = (name: string, tensors: readonly Tensor[]): [string, Tensor][] =>
    tensors.map((tensor, at) => [`${name}.${at}`, tensor]);
  return Object.fromEntries([["step", step], ...numbered("firstMoment", first), ...numbered("secondMoment", second)]);
}

function checkOptions(
  name: string,
  lr: number,
  decays: Readonly<Record<string, number>>,
  { epsilon, weightDecay }: { readonly epsilon: number; readonly weightDecay: number },
): void {
  checkRate(name, lr);
  for (const [option, value] of Object.entries(decays))
    if (!(value >= 0 && value < 1)) throw new RangeError(`${name}: ${option} must be in [0, 1), not ${value}`);
  if (!(epsilon > 0 && epsilon < Number.POSITIVE_INFINITY))
    throw new RangeError(`${name}: epsilon must be positive and finite, not ${epsilon}`);
  if (!(weightDecay >= 0 && weightDecay < Number.POSITIVE_INFINITY))
    throw new RangeError(`${name}: weightDecay must be finite and at least 0, not ${weightDecay}`);
}
