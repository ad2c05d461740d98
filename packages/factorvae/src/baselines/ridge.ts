import { averageRanks, pearson } from "../evaluate/ranks.js";
import { solvePositiveDefinite } from "./cholesky.js";
import type { LabelledDay, NormalEquations } from "./normal-equations.js";

/** A linear score: `weights . x + intercept`. */
export interface LinearModel {
  /** For the last columns of a row, as many as there are weights. */
  readonly weights: Float64Array;
  /** Mean of the training labels; it orders no stocks, but puts scores on the labels' scale. */
  readonly intercept: number;
}

/** A penalty that was tried and how well it ranked the validation days. */
export interface RidgeCandidate {
  readonly penalty: number;
  /** Mean daily Rank IC on validation. */
  readonly rankIc: number;
}

/** A ridge with the penalty that ranked the validation days best. */
export interface RidgeFit {
  readonly model: LinearModel;
  /** The penalty chosen, for each row: `penalty * rows` stands on the diagonal. */
  readonly penalty: number;
  /** Mean daily Rank IC of the model on validation. */
  readonly rankIc: number;
  /** All that were tried, in the order of the grid. */
  readonly candidates: readonly RidgeCandidate[];
}

/** Penalties for each row that are tried where none are given: half powers of ten from 10^-4 to 10^2. */
export const defaultPenalties: readonly number[] = Array.from({ length: 13 }, (_, i) => 10 ** (i / 2 - 4));

/**
 * The ridge in closed form: the weights that minimise `mean((y - x . weights)^2) + penalty |weights|^2` over the rows.
 *
 * Throws a RangeError unless the penalty is finite and >= 0, and an Error when the equations are singular.
 */
export function ridge(equations: NormalEquations, penalty: number): LinearModel {
  if (!Number.isFinite(penalty) || penalty < 0) {
    throw new RangeError(`ridge: the penalty must be a finite number of at least 0, got ${penalty}`);
  }
  const { width, rows } = equations;
  const matrix = equations.gram.slice();
  for (let c = 0; c < width; c++) matrix[c * width + c] += penalty * rows;
  return { weights: solvePositiveDefinite(matrix, equations.moments), intercept: equations.meanTarget };
}

/**
 * Scores of the rows of `features`, `[N, width]`, `[N]`; a model with fewer weights than a row has columns uses the last.
 *
 * Throws a RangeError when a row has fewer columns than the model weights, or the features are no whole rows.
 */
export function linearScores({ weights, intercept }: LinearModel, features: Float32Array, width: number): Float64Array {
  if (width < weights.length || features.length % width !== 0) {
    const sizes = `${weights.length} weights, rows of ${width}, ${features.length} features`;
    throw new RangeError(`linearScores: rows must be whole and at least as wide as the weights, got ${sizes}`);
  }
  const scores = new Float64Array(features.length / width);
  for (let n = 0; n < scores.length; n++) {
    const start = (n + 1) * width - weights.length;
    let score = 0;
    for (let c = 0; c < weights.length; c++) score += weights[c] * features[start + c];
    scores[n] = score + intercept;
  }
  return scores;
}

/** Mean daily Rank IC of each model over the days on which it has one; NaN for a model that has none. */
function meanRankIcs(models: readonly LinearModel[], days: Iterable<LabelledDay>, width: number): number[] {
  const sums = models.map(() => 0);
  const counts = models.map(() => 0);
  for (const { features, targets } of days) {
    const labelled = Array.from(targets.keys()).filter((n) => !Number.isNaN(targets[n]));
    const labelRanks = averageRanks(labelled.map((n) => targets[n]));
    models.forEach((model, m) => {
      const scores = linearScores(model, features, width);
      const rankIc = pearson(averageRanks(labelled.map((n) => scores[n])), labelRanks);
      if (rankIc === undefined) return;
      sums[m] += rankIc;
      counts[m]++;
    });
  }
  return sums.map((sum, m) => sum / counts[m]);
}

/**
 * Fits a ridge for each penalty and keeps the one with the best mean daily Rank IC on the validation days, the larger
 * penalty of equals.
 *
 * `width` is the number of columns of a validation row; equations of the last columns alone use the last. Throws an Error
 * when no validation day can be ranked (fewer than two labelled stocks, or constant labels, on every day).
 */
export function fitRidge(
  equations: NormalEquations,
  validation: Iterable<LabelledDay>,
  width: number,
  penalties: readonly number[] = defaultPenalties,
): RidgeFit {
  if (penalties.length === 0) throw new RangeError("fitRidge: at least one penalty is needed, got none");
  const models = penalties.map((penalty) => ridge(equations, penalty));
  const candidates = meanRankIcs(models, validation, width).map((rankIc, m) => ({ penalty: penalties[m], rankIc }));
  let best = -1;
  candidates.forEach(({ penalty, rankIc }, m) => {
    if (Number.isNaN(rankIc)) return;
    const held = candidates[best];
    if (held === undefined || rankIc > held.rankIc || (rankIc === held.rankIc && penalty > held.penalty)) best = m;
  });
  if (best < 0)
    throw new Error("fitRidge: no validation day can be ranked: too few labelled stocks or constant labels");
  return { model: models[best], ...candidates[best], candidates };
}
