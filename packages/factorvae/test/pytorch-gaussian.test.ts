import { mean, type Scalar, sum, type Tensor, valueAndGrad, withBackend } from "@factorvae/autograd";
import { describe, it } from "vitest";
import { type Days, dim, type Factors, type Stocks } from "../src/dims.js";
import { divergence, negativeLogDensity } from "../src/model/gaussian.js";
import { likelihoods } from "../src/model/likelihood.js";
import {
  expectClose,
  expectNumber,
  precisions,
  readFixture,
  restored,
  type Stored,
  type StoredGaussian,
} from "./fixtures.js";

interface StoredGaussians {
  readonly divergence: readonly {
    readonly name: string;
    readonly posterior: StoredGaussian;
    readonly prior: StoredGaussian;
    readonly value: number;
    readonly gradients: { readonly [name in "posteriorMean" | "posteriorStd" | "priorMean" | "priorStd"]: Stored };
  }[];
  readonly negativeLogLikelihood: readonly (StoredGaussian & {
    readonly name: string;
    readonly returns: Stored;
    readonly value: number;
    readonly gradients: StoredGaussian;
  })[];
  readonly joint: readonly ({ readonly [name in JointInput | "returns"]: Stored } & {
    readonly name: string;
    readonly value: number;
    readonly gradients: { readonly [name in JointInput]: Stored };
  })[];
}

type JointInput = "alphaMean" | "alphaStd" | "loadings" | "factorMean" | "factorStd";

/** Fails unless a function and its gradients by tensors are as stored. */
function expectGradients<Name extends string>(
  fn: () => Scalar,
  inputs: { readonly [name in Name]: Tensor },
  expected: { readonly value: number; readonly gradients: { readonly [name in Name]: Stored } },
  tolerance: number,
): void {
  const { value, grads } = valueAndGrad(fn, Object.values<Tensor>(inputs));
  expectNumber("value", value.item(), expected.value, tolerance);
  Object.values<Stored>(expected.gradients).forEach((gradient, at) => {
    expectClose(Object.keys(inputs)[at], grads[at], gradient, tolerance);
  });
}

const stored = readFixture<StoredGaussians>("gaussian");

describe.each(precisions)("PyTorch agrees with $kernels.name to $tolerance in", ({ kernels, tolerance }) => {
  it.each(stored.divergence)("the divergence and its gradients: $name", (record) => {
    withBackend(kernels, () => {
      const inputs = {
        posteriorMean: restored(record.posterior.mean),
        posteriorStd: restored(record.posterior.std),
        priorMean: restored(record.prior.mean),
        priorStd: restored(record.prior.std),
      };
      const { posteriorMean, posteriorStd, priorMean, priorStd } = inputs;
      expectGradients(
        () => sum(divergence(posteriorMean, posteriorStd, priorMean, priorStd)),
        inputs,
        record,
        tolerance,
      );
    });
  });

  it.each(stored.negativeLogLikelihood)("the negative log-likelihood and its gradients: $name", (record) => {
    withBackend(kernels, () => {
      const returns = restored(record.returns);
      const inputs = { mean: restored(record.mean), std: restored(record.std) };
      expectGradients(() => mean(negativeLogDensity(returns, inputs.mean, inputs.std)), inputs, record, tolerance);
    });
  });

  it.each(stored.joint)("the joint likelihood and its gradients: $name", (record) => {
    withBackend(kernels, () => {
      const [stocks, latent] = record.loadings.shape;
      const perDay = [dim<Days>(1), dim<Factors>(latent)] as const;
      const inputs = {
        alphaMean: restored(record.alphaMean, [dim<Stocks>(stocks)]),
        alphaStd: restored(record.alphaStd, [dim<Stocks>(stocks)]),
        loadings: restored(record.loadings, [dim<Stocks>(stocks), dim<Factors>(latent)]),
        factorMean: restored(record.factorMean, [dim<Factors>(latent)]),
        factorStd: restored(record.factorStd, [dim<Factors>(latent)]),
      };
      const joint = (): Scalar =>
        sum(
          likelihoods.joint({
            returns: restored(record.returns, [dim<Stocks>(stocks)]),
            decomposition: { alpha: { mean: inputs.alphaMean, std: inputs.alphaStd }, beta: inputs.loadings },
            factors: { mean: inputs.factorMean.reshape(perDay), std: inputs.factorStd.reshape(perDay) },
            days: [stocks],
            draw: undefined,
          }),
        );
      expectGradients(joint, inputs, record, tolerance);
    });
  });
});
