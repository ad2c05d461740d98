import {
  add,
  fold,
  type Key,
  type Mat,
  mean,
  mul,
  normal,
  reshape,
  type Scalar,
  sum,
  type Tensor,
  tensor,
  type Vec,
} from "@factorvae/autograd";
import { type Days, dim, type Factors, type Features, type Hidden, type Portfolios, type Stocks } from "../dims.js";
import { checkFeatures, checkFinite, checkLossOptions, checkShared, checkSizes, labelsOf } from "./checks.js";
import { daysOf, type LabelledRows, labelledRows } from "./days.js";
import { Decoder, type Decomposition, returnsOf } from "./decoder.js";
import { Encoder } from "./encoder.js";
import { Extractor } from "./extractor.js";
import { divergence, type Gaussian, type GaussianRows } from "./gaussian.js";
import { likelihoods } from "./likelihood.js";
import type { FactorVAEOptions, LossOptions } from "./options.js";
import { Predictor } from "./predictor.js";

/** A loss and what it is made of; means over the days of the batch. */
export interface LossParts {
  /** The negative log-likelihood plus gamma times the divergence (equation 17). */
  readonly loss: Scalar;
  /** Per labelled stock. */
  readonly negativeLogLikelihood: Scalar;
  /** KL(posterior || prior), summed over the factors, in nats a day. */
  readonly divergence: Scalar;
  /** The divergence of each factor, `[K]`. */
  readonly divergencePerFactor: Vec<Factors>;
  /** Attention heads, counted over the days, in which no stock had a positive cosine. */
  readonly deadHeads: number;
}

/** The covariance of a day's returns, in parts: `Sigma = B diag(factorStd^2) B' + diag(residualStd^2)`. */
export interface Covariance {
  /** B, `[N, K]`. */
  readonly loadings: Mat<Stocks, Factors>;
  readonly factorStd: Vec<Factors>;
  readonly residualStd: Vec<Stocks>;
}

/** A prediction of returns through the prior, and what it is made of. */
export interface Prediction extends Gaussian<Stocks> {
  readonly factors: GaussianRows<Days, Factors>;
  readonly decomposition: Decomposition;
}

/** A model's features: `[R, T, C]`, the histories of the stocks of one day or of several days stacked. */
type Histories = Tensor<readonly [number, number, number]>;

/** Histories over one table of rows, in which a row may stand in several. */
export interface SharedHistories {
  /** Characteristics of a stock on a date, `[U, C]`. */
  readonly rows: Tensor<readonly [number, number]>;
  /** Indices of rows: of each stock of each day in order, oldest step first, `[R T]`. */
  readonly places: Vec;
}

/**
 * FactorVAE (Duan, Wang, Zhang, Li, AAAI 2022): a factor model of cross-sectional returns whose factors are latent. In
 * training an encoder infers them from the returns, and a predictor learns to tell them beforehand; predictions go
 * through the predictor alone. Knows no scale: returns, scores and risks are in units of the label.
 */
export class FactorVAE {
  readonly extractor: Extractor;
  readonly encoder: Encoder | undefined;
  readonly decoder: Decoder;
  readonly predictor: Predictor;
  readonly #features: number;

  /**
   * @throws RangeError if a size is no whole number of at least 1, the floor is not above 0, the ablation is unknown, or M
   * is not H under the `portfolio` ablation.
   */
  constructor(options: FactorVAEOptions, key: Key) {
    const { leakySlope = 0.01, sigmaFloor = 1e-3, ablation } = options;
    checkSizes(options, leakySlope, sigmaFloor);
    const hidden = dim<Hidden>(options.hidden);
    const factors = dim<Factors>(options.factors);
    this.#features = options.features;
    this.extractor = new Extractor(dim<Features>(options.features), hidden, leakySlope, fold(key, "extractor"));
    this.encoder =
      ablation === "prior"
        ? undefined
        : new Encoder(
            hidden,
            dim<Portfolios>(options.portfolios),
            factors,
            sigmaFloor,
            ablation === "portfolio",
            fold(key, "encoder"),
          );
    this.decoder = new Decoder(hidden, factors, sigmaFloor, leakySlope, fold(key, "decoder"));
    this.predictor = new Predictor(hidden, factors, sigmaFloor, leakySlope, fold(key, "predictor"));
  }

  /**
   * The latent features of each stock: `[R, T, C] -> [R, H]`.
   *
   * @throws RangeError if the features are of another shape, or one is not finite: it would spoil its whole day.
   */
  embed(features: Histories): Mat<Stocks, Hidden> {
    checkFeatures(features, this.#features);
    const [stocks, steps, characteristics] = features.shape;
    const rows = reshape(features, [stocks * steps, dim<Features>(characteristics)]);
    const projected = this.extractor.project(rows);
    checkFinite("embed", rows, projected, (row) => `stock ${Math.floor(row / steps)} at step ${row % steps}`);
    return this.extractor.forward(projected, dim<Stocks>(stocks), steps);
  }

  /** The factors of one day as inferred from its returns: `[N, H], [N] -> [K]`. */
  posterior(embedding: Mat<Stocks, Hidden>, returns: Tensor<readonly [number]>): Gaussian<Factors> {
    const labels = labelsOf(returns, embedding.shape[0]);
    return firstDay(this.#encode(embedding, labels, labelledRows(labels, [embedding.shape[0]], undefined)));
  }

  /** The factors of one day as predicted before it: `[N, H] -> [K]`. */
  prior(embedding: Mat<Stocks, Hidden>): Gaussian<Factors> {
    return firstDay(this.predictor.forward(embedding, [embedding.shape[0]]));
  }

  /** The returns of one day's stocks, given the distribution of its factors: `[N, H], [K] -> [N]` (equation 12). */
  decode(embedding: Mat<Stocks, Hidden>, factors: Gaussian<Factors>): Gaussian<Stocks> {
    const [count] = factors.mean.shape;
    const asRows = {
      mean: reshape(factors.mean, [dim<Days>(1), count]),
      std: reshape(factors.std, [dim<Days>(1), count]),
    };
    return returnsOf(this.decoder.forward(embedding), asRows, [embedding.shape[0]]);
  }

  /** Mean return (the score) and standard deviation (the risk) of each stock, through the prior: `[R, T, C] -> [R]`. */
  predict(features: Histories, options: { readonly days?: readonly number[] } = {}): Prediction {
    return this.#predicted(this.embed(features), daysOf(features.shape[0], options.days));
  }

  /**
   * The same for several days whose histories share rows, as those of consecutive days do: `days` is rows per day.
   *
   * @throws RangeError if the rows are of another shape, one is not finite, or the places are not so many steps for each
   * stock of the days.
   */
  predictShared({ rows, places }: SharedHistories, days: readonly number[]): Prediction {
    const stocks = days.reduce((sum, count) => sum + count, 0);
    checkShared(rows, this.#features, places, stocks);
    const [count, characteristics] = rows.shape;
    const projected = this.extractor.project(rows.as([count, dim<Features>(characteristics)]));
    checkFinite("predictShared", rows, projected, (row) => `row ${row}`);
    return this.#predicted(this.extractor.forwardShared(projected, places, dim<Stocks>(stocks)), daysOf(stocks, days));
  }

  #predicted(embedding: Mat<Stocks, Hidden>, days: readonly number[]): Prediction {
    const decomposition = this.decoder.forward(embedding);
    const factors = this.predictor.forward(embedding, days);
    return { ...returnsOf(decomposition, factors, days), factors, decomposition };
  }

  /** The predicted covariance of one day's returns, in parts. */
  covariance(features: Histories): Covariance {
    return covarianceOf(this.predict(features));
  }

  /**
   * The negative evidence lower bound of the labelled returns (equation 17): features `[R, T, C]`, returns `[R]`.
   * Stocks without a label take part in the extractor and the prior, not in the encoder and the likelihood.
   *
   * @throws RangeError if a labelled return is not finite, a day has no labelled stock, the days do not add up, a
   * feature is not finite, or an option is out of range.
   * @throws TypeError if the likelihood is `sampled` and there is no key.
   */
  loss(features: Histories, returns: Tensor<readonly [number]>, options: LossOptions): LossParts {
    const { gamma, gammaScale = 1 } = options;
    checkLossOptions(options);
    const days = daysOf(features.shape[0], options.days);
    const labels = labelsOf(returns, features.shape[0]);
    const labelled = labelledRows(labels, days, options.labelled);
    const embedding = this.embed(features);
    const prior = this.predictor.forward(embedding, days);
    const factors = this.encoder ? this.#encode(embedding, labels, labelled) : prior;
    const evidence = {
      returns: labelled.vector(labels),
      decomposition: restricted(this.decoder.forward(embedding), labelled),
      factors,
      days: labelled.days,
      draw: options.key && drawn(factors, options.key),
    };
    const perDay = likelihoods[options.likelihood](evidence);
    const perFactor = divergence(factors.mean, factors.std, prior.mean, prior.std);
    const weights = labelled.days.map((count) => gammaScale * (gamma === "elbo" ? 1 / count : gamma));
    const weighted = mul(sum(perFactor, 1), tensor(weights, [dim<Days>(days.length)]));
    return {
      loss: mean(this.encoder ? add(perDay, weighted) : perDay),
      negativeLogLikelihood: mean(perDay),
      divergence: mean(sum(perFactor, 1)),
      divergencePerFactor: mean(perFactor, 0),
      deadHeads: prior.deadHeads,
    };
  }

  #encode(embedding: Mat<Stocks, Hidden>, returns: Vec<Stocks>, labelled: LabelledRows): GaussianRows<Days, Factors> {
    if (!this.encoder) throw new Error("posterior: a model of the prior ablation has no encoder");
    return this.encoder.forward(labelled.matrix(embedding), labelled.vector(returns), labelled.days);
  }
}

/** The covariance that a prediction of one day implies. */
const covarianceOf = ({ factors, decomposition: { alpha, beta } }: Prediction): Covariance => ({
  loadings: beta,
  factorStd: firstDay(factors).std,
  residualStd: alpha.std,
});

const restricted = ({ alpha, beta }: Decomposition, { vector, matrix }: LabelledRows): Decomposition => ({
  alpha: { mean: vector(alpha.mean), std: vector(alpha.std) },
  beta: matrix(beta),
});

const drawn = ({ mean: m, std }: GaussianRows<Days, Factors>, key: Key): Mat<Days, Factors> =>
  add(m, mul(std, normal(key, std.shape)));

const firstDay = ({ mean: m, std }: GaussianRows<Days, Factors>): Gaussian<Factors> => {
  const factors = m.shape[1];
  return { mean: reshape(m, [factors]), std: reshape(std, [factors]) };
};
