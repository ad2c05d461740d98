import { fold, type Key, permutation, scope, valueAndGrad } from "@factorvae/autograd";
import { clipByNorm, parameters } from "@factorvae/nn";
import type { Config } from "../config.js";
import { batchOf } from "./batch.js";
import type { Dataset } from "./dataset.js";
import type { Learner } from "./learner.js";

/** A factor counts as active from this divergence on, in nats a day. */
const activeFrom = 0.01;

/** Means over the days of an epoch of training, but for the last, a sum. */
export interface TrainingFigures {
  readonly loss: number;
  /** Negative log-likelihood per labelled stock, in units of the training label. */
  readonly nll: number;
  /** Divergence of posterior from prior, in nats a day. */
  readonly kl: number;
  readonly klPerFactor: readonly number[];
  /** Factors with a divergence above 0.01 nat. */
  readonly activeFactors: number;
  /** Attention heads a day in which no stock had a positive cosine. */
  readonly deadHeads: number;
  /** Norm of the gradient before it was clipped. */
  readonly gradientNorm: number;
  /** Labels that were cut at the outlier bound. */
  readonly clippedLabels: number;
}

type StepFigures = Omit<TrainingFigures, "activeFactors">;

/** One step down the loss of some dates; `epochsDone` counts fractions, for the warm-up of gamma. */
function step(
  learner: Learner,
  dataset: Dataset,
  dates: readonly number[],
  config: Config,
  epochsDone: number,
  key: Key,
): StepFigures {
  const { likelihood, gamma, clipNorm, warmUpEpochs } = config.train;
  const { model, optimizer, average } = learner;
  return scope(() => {
    const { features, targets, labelled, days, clipped } = batchOf(dataset, dates, config);
    const gammaScale = warmUpEpochs > 0 ? Math.min(1, epochsDone / warmUpEpochs) : 1;
    const loss = () => model.loss(features, targets, { gamma, gammaScale, likelihood, key, days, labelled });
    const { grads, aux } = valueAndGrad(loss, parameters(model));
    const { grads: bounded, norm } = clipByNorm(grads, clipNorm);
    optimizer.step(bounded);
    average.update();
    return {
      loss: aux.loss.item(),
      nll: aux.negativeLogLikelihood.item(),
      kl: aux.divergence.item(),
      klPerFactor: Array.from(aux.divergencePerFactor.data),
      deadHeads: aux.deadHeads / days.length,
      gradientNorm: norm,
      clippedLabels: clipped,
    };
  });
}

/**
 * One epoch: every date once, in an order drawn from the key, `daysPerStep` of them a step. Yields after each step how
 * many there were; returns the epoch's figures.
 *
 * @throws RangeError if a gradient is not finite.
 */
export function* trainEpoch(
  learner: Learner,
  dataset: Dataset,
  dates: readonly number[],
  config: Config,
  epoch: number,
  key: Key,
): Generator<number, TrainingFigures> {
  const order = Array.from(permutation(fold(key, "order"), dates.length).data, (at) => dates[at]);
  const { daysPerStep } = config.train;
  const steps = Math.ceil(order.length / daysPerStep);
  const figures: StepFigures[] = [];
  for (let at = 0; at < steps; at++) {
    const chosen = order.slice(at * daysPerStep, (at + 1) * daysPerStep);
    figures.push(step(learner, dataset, chosen, config, epoch - 1 + at / steps, fold(fold(key, "draw"), at)));
    yield at + 1;
  }
  return meansOf(figures);
}

function meansOf(figures: readonly StepFigures[]): TrainingFigures {
  const mean = (pick: (figure: StepFigures) => number): number =>
    figures.reduce((sum, figure) => sum + pick(figure), 0) / figures.length;
  const klPerFactor = figures[0].klPerFactor.map((_, factor) => mean((figure) => figure.klPerFactor[factor]));
  return {
    loss: mean(({ loss }) => loss),
    nll: mean(({ nll }) => nll),
    kl: mean(({ kl }) => kl),
    klPerFactor,
    activeFactors: klPerFactor.filter((kl) => kl > activeFrom).length,
    deadHeads: mean(({ deadHeads }) => deadHeads),
    gradientNorm: mean(({ gradientNorm }) => gradientNorm),
    clippedLabels: figures.reduce((sum, { clippedLabels }) => sum + clippedLabels, 0),
  };
}
