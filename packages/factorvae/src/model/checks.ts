import { formatShape, type Mat, sum, type Tensor, type Vec } from "@factorvae/autograd";
import { dim, type Stocks } from "../dims.js";
import { likelihoods } from "./likelihood.js";
import type { FactorVAEOptions, LossOptions } from "./options.js";

const isFinitePositive = (value: number): boolean => value > 0 && value < Number.POSITIVE_INFINITY;

/** Refuses sizes and choices that no model can have. */
export function checkSizes(options: FactorVAEOptions, leakySlope: number, sigmaFloor: number): void {
  const { ablation, portfolios, hidden } = options;
  for (const name of ["features", "hidden", "portfolios", "factors"] as const)
    if (!Number.isInteger(options[name]) || options[name] < 1)
      throw new RangeError(`FactorVAE: ${name} must be a whole number of at least 1, not ${options[name]}`);
  if (!isFinitePositive(sigmaFloor))
    throw new RangeError(`FactorVAE: sigmaFloor must be a number above 0, not ${sigmaFloor}`);
  if (leakySlope !== 0 && !isFinitePositive(leakySlope))
    throw new RangeError(`FactorVAE: leakySlope must be a number of at least 0, not ${leakySlope}`);
  if (ablation !== undefined && ablation !== "prior" && ablation !== "portfolio")
    throw new RangeError(`FactorVAE: the ablations are "prior" and "portfolio", not "${ablation}"`);
  if (ablation === "portfolio" && portfolios !== hidden)
    throw new RangeError(
      `FactorVAE: the portfolio ablation regresses as many portfolios as the embedding is wide: ${portfolios} should be ${hidden}`,
    );
}

/** Refuses features of another shape than `[R, T, count]`. */
export function checkFeatures(features: Tensor, count: number): void {
  if (features.rank !== 3 || features.shape[2] !== count)
    throw new RangeError(`embed: features must be [stocks, steps, ${count}], not ${formatShape(features.shape)}`);
}

/**
 * Refuses a feature that is not finite: it would spoil its whole day. As no projection of one is, the features themselves
 * are looked through only where one of the projections is not finite. `placeOf` tells what a row is.
 */
export function checkFinite(operation: string, rows: Mat, projected: Mat, placeOf: (row: number) => string): void {
  // Sums add up in double precision: of finite numbers a finite one.
  if (Number.isFinite(sum(projected).item())) return;
  const count = rows.shape[1];
  const at = rows.data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw new RangeError(
      `${operation}: feature ${at % count} of ${placeOf(Math.floor(at / count))} is ${rows.data[at]}; 0 stands for a missing one`,
    );
}

/** Refuses weights of the divergence below 0 or not finite, and unknown likelihoods. */
export function checkLossOptions({ gamma, gammaScale = 1, likelihood }: LossOptions): void {
  if (gamma !== "elbo" && gamma !== 0 && !isFinitePositive(gamma))
    throw new RangeError(`loss: gamma must be "elbo" or a number of at least 0, not ${gamma}`);
  if (gammaScale !== 0 && !isFinitePositive(gammaScale))
    throw new RangeError(`loss: gammaScale must be a number of at least 0, not ${gammaScale}`);
  if (!Object.hasOwn(likelihoods, likelihood))
    throw new RangeError(`loss: the likelihoods are ${Object.keys(likelihoods).join(", ")}, not "${likelihood}"`);
}

/** Returns as labels of so many stocks. */
export function labelsOf(returns: Tensor<readonly [number]>, stocks: number): Vec<Stocks> {
  if (returns.rank !== 1 || returns.shape[0] !== stocks)
    throw new RangeError(
      `returns: ${formatShape(returns.shape)} for ${stocks} stocks; one a stock is needed, NaN if unknown`,
    );
  return returns.as([dim<Stocks>(stocks)]);
}

/** Refuses shared rows of another width, and places that are not whole histories of so many stocks. */
export function checkShared(rows: Tensor, count: number, places: Vec, stocks: number): void {
  if (rows.rank !== 2 || rows.shape[1] !== count)
    throw new RangeError(`predictShared: rows must be [rows, ${count}], not ${formatShape(rows.shape)}`);
  if (stocks === 0 || places.size === 0 || places.size % stocks !== 0)
    throw new RangeError(`predictShared: ${places.size} places are not the same number of steps for ${stocks} stocks`);
}
