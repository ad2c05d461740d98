import { fold, type Key, normal, type Tensor } from "@factorvae/autograd";
import fc from "fast-check";
import { describe, it } from "vitest";
import {
  type Days,
  dim,
  type Factors,
  type Features,
  type Hidden,
  type Portfolios,
  type Steps,
  type Stocks,
} from "../src/dims.js";
import { Decoder, returnsOf } from "../src/model/decoder.js";
import { Encoder } from "../src/model/encoder.js";
import { Extractor } from "../src/model/extractor.js";
import { type Likelihood, likelihoods } from "../src/model/likelihood.js";
import {
  anyKey,
  anyLabelledDays,
  anySizes,
  embedded,
  sampleDay,
  sampleEmbedding,
  sampleFeatures,
  sampleReturns,
  total,
} from "../src/model/model.samples.js";
import type { FactorVAEOptions, LossOptions } from "../src/model/options.js";
import { Predictor } from "../src/model/predictor.js";
import { checkModule } from "./derivatives.js";

const runs = { numRuns: 12 };
const fewer = { numRuns: 6 };

describe("first and second derivatives in float64 agree with central differences:", () => {
  it("the extractor", () => {
    fc.assert(
      fc.property(
        anyKey,
        anySizes,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        (from, sizes, rows, steps) => {
          checkModule(from, () => {
            const extractor = new Extractor(dim<Features>(sizes.features), dim<Hidden>(sizes.hidden), 0.1, from);
            const shape = [dim<Stocks>(rows), dim<Steps>(steps), dim<Features>(sizes.features)] as const;
            return {
              module: extractor,
              inputs: [sampleFeatures(from, rows, steps, sizes.features)],
              run: (features) => [embedded(extractor, features.as(shape))],
            };
          });
        },
      ),
      runs,
    );
  });

  it.each([
    ["the encoder", false],
    ["the encoder that regresses", true],
  ])("%s", (_, regressed) => {
    fc.assert(
      fc.property(anyKey, anySizes, fc.integer({ min: 1, max: 2 }), (from, sizes, days) => {
        checkModule(from, () => {
          // A regression of fewer stocks than its width rests on its ridge alone: too steep for central differences.
          const rowsPerDay = new Array<number>(days).fill(regressed ? 2 * sizes.hidden + 3 : 3);
          const portfolios = dim<Portfolios>(regressed ? sizes.hidden : sizes.portfolios);
          const [hidden, factors] = [dim<Hidden>(sizes.hidden), dim<Factors>(sizes.factors)];
          const encoder = new Encoder(hidden, portfolios, factors, 1e-3, regressed, from);
          const rows = dim<Stocks>(total(rowsPerDay));
          return {
            module: encoder,
            inputs: [sampleEmbedding(from, rows, hidden), sampleReturns(from, rows)],
            run: (embedding, returns) => {
              const { mean, std } = encoder.forward(embedding.as([rows, hidden]), returns.as([rows]), rowsPerDay);
              return [mean, std];
            },
          };
        });
      }),
      runs,
    );
  });

  it("the decoder", () => {
    fc.assert(
      fc.property(anyKey, anySizes, anyLabelledDays, (from, sizes, { days }) => {
        checkModule(from, () => {
          const [hidden, factors] = [dim<Hidden>(sizes.hidden), dim<Factors>(sizes.factors)];
          const decoder = new Decoder(hidden, factors, 1e-3, 0.1, from);
          const rows = dim<Stocks>(total(days));
          const perDay = [dim<Days>(days.length), factors] as const;
          return {
            module: decoder,
            inputs: [
              sampleEmbedding(from, rows, hidden),
              normal(fold(from, "mean"), perDay),
              normal(fold(from, "std"), perDay).exp(),
            ],
            run: (embedding, mean, std) => {
              const parts = decoder.forward(embedding.as([rows, hidden]));
              const returns = returnsOf(parts, { mean: mean.as(perDay), std: std.as(perDay) }, days);
              return [returns.mean, returns.std, parts.alpha.mean, parts.alpha.std, parts.beta];
            },
          };
        });
      }),
      runs,
    );
  });

  it("the predictor", () => {
    fc.assert(
      fc.property(anyKey, anySizes, anyLabelledDays, (from, sizes, { days }) => {
        checkModule(from, () => {
          const [hidden, factors] = [dim<Hidden>(sizes.hidden), dim<Factors>(sizes.factors)];
          const predictor = new Predictor(hidden, factors, 1e-3, 0.1, from);
          const rows = dim<Stocks>(total(days));
          return {
            module: predictor,
            inputs: [sampleEmbedding(from, rows, hidden)],
            run: (embedding) => {
              const { mean, std } = predictor.forward(embedding.as([rows, hidden]), days);
              return [mean, std];
            },
          };
        });
      }),
      runs,
    );
  });

  const names: readonly Likelihood[] = ["analytic", "expected", "sampled", "joint"];

  it.each(names)("the %s likelihood", (name) => {
    fc.assert(
      fc.property(anyKey, fc.integer({ min: 1, max: 4 }), anyLabelledDays, (from, latent, { days }) => {
        checkModule(from, () => {
          const rows = [dim<Stocks>(total(days))] as const;
          const perDay = [dim<Days>(days.length), dim<Factors>(latent)] as const;
          const exposures = [rows[0], perDay[1]] as const;
          const drawn = (what: string, shape: readonly number[]): Tensor => normal(fold(from, what), shape);
          const positive = (what: string, shape: readonly number[]): Tensor => drawn(what, shape).mul(0.3).exp();
          return {
            module: [],
            inputs: [
              ...[drawn("returns", rows), drawn("alpha mean", rows), positive("alpha std", rows)],
              ...[drawn("beta", exposures), drawn("mean", perDay), positive("std", perDay), drawn("draw", perDay)],
            ],
            run: (returns, alphaMean, alphaStd, beta, mean, std, draw) => [
              likelihoods[name]({
                returns: returns.as(rows),
                decomposition: {
                  alpha: { mean: alphaMean.as(rows), std: alphaStd.as(rows) },
                  beta: beta.as(exposures),
                },
                factors: { mean: mean.as(perDay), std: std.as(perDay) },
                days,
                draw: draw.as(perDay),
              }),
            ],
          };
        });
      }),
      runs,
    );
  });

  /** Checks the whole loss by parameters, features and returns. */
  const checkLoss = (from: Key, options: FactorVAEOptions, batch: Omit<LossOptions, "key">, step?: number): void => {
    const prepare = () => {
      const rows = total(batch.days ?? []);
      const { model, features, returns } = sampleDay({ ...options, leakySlope: 0.1 }, from, rows, 2);
      return {
        module: model,
        inputs: [features.mul(2), returns],
        run: (x: Tensor, y: Tensor) => [
          model.loss(x.as(features.shape), y.as(returns.shape), { ...batch, key: from }).loss,
        ],
      };
    };
    checkModule(from, prepare, step);
  };

  const cases = names.flatMap((likelihood) => (["elbo", 0.7] as const).map((gamma) => ({ likelihood, gamma })));
  const wide = anySizes.map((sizes) => ({ ...sizes, hidden: sizes.hidden + 1 }));

  it.each(cases)("the whole loss, $likelihood, gamma $gamma", (options) => {
    fc.assert(
      fc.property(anyKey, wide, anyLabelledDays, (from, sizes, batch) => {
        checkLoss(from, sizes, { ...options, ...batch });
      }),
      fewer,
    );
  });

  it.each(names)("the whole loss of the prior ablation, %s", (likelihood) => {
    fc.assert(
      fc.property(anyKey, wide, anyLabelledDays, (from, sizes, batch) => {
        checkLoss(from, { ...sizes, ablation: "prior" }, { likelihood, gamma: 1, ...batch });
      }),
      fewer,
    );
  });

  it.each(names)("the whole loss of the portfolio ablation, %s", (likelihood) => {
    fc.assert(
      fc.property(anyKey, anySizes, (from, sizes) => {
        const options = { ...sizes, features: 4, hidden: 2, portfolios: 2, ablation: "portfolio" } as const;
        // A regression on few stocks: differences over a longer way, which loses fewer digits.
        checkLoss(from, options, { likelihood, gamma: 0.7, days: [7, 9] }, 2e-5);
      }),
      fewer,
    );
  });
});
