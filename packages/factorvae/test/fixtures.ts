import { readFileSync } from "node:fs";
import { formatShape, reference, reference64, type Shape, type Tensor, tensor } from "@factorvae/autograd";
import { expect } from "vitest";
import type { Likelihood } from "../src/model/likelihood.js";

/** A tensor as the fixture scripts write it; what is not finite stands as a word. */
export interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

/** Several of them by name. */
export type StoredByName = Readonly<Record<string, Stored>>;

/** Independent normal distributions, stored. */
export interface StoredGaussian {
  readonly mean: Stored;
  readonly std: Stored;
}

/** A loss that PyTorch took, and the gradient of each parameter. */
export interface StoredLoss {
  readonly likelihood: Likelihood;
  /** Null under the ablation `prior`, which has no divergence. */
  readonly gamma: number | "elbo" | null;
  readonly loss: number;
  readonly negativeLogLikelihood: number;
  readonly divergence: number;
  readonly gradients: StoredByName;
}

/** A model, its inputs, and all that PyTorch made of them: the schema at the head of `fixtures/make-model.py`. */
export interface Scenario {
  readonly options: {
    readonly features: number;
    readonly hidden: number;
    readonly portfolios: number;
    readonly factors: number;
    readonly leakySlope: number;
    readonly sigmaFloor: number;
    readonly ablation: "prior" | "portfolio" | null;
  };
  readonly parameters: StoredByName;
  readonly features: Stored;
  readonly returns: Stored;
  readonly days: readonly number[];
  readonly labelled: readonly boolean[] | null;
  readonly noise: Stored;
  readonly embedding: Stored;
  readonly posterior: StoredGaussian | null;
  readonly prior: StoredGaussian;
  readonly decode: StoredGaussian | null;
  readonly predict: StoredGaussian;
  readonly covariance: { readonly loadings: Stored; readonly factorStd: Stored; readonly residualStd: Stored };
  readonly inside: {
    readonly alpha: StoredGaussian;
    readonly attention: Stored;
    readonly deadHeads: readonly (readonly number[])[];
    readonly portfolioWeights: Stored | null;
    readonly portfolioReturns: Stored | null;
  };
  readonly losses: readonly StoredLoss[];
}

/** The file `fixtures/<name>.json`, of the schema that the script beside it states. */
export function readFixture<Schema>(name: string): Schema {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"));
}

/** A stored tensor, in a shape of as many elements (by default its own). */
export function restored(stored: Stored): Tensor;
export function restored<const S extends Shape>(stored: Stored, shape: S): Tensor<S>;
export function restored({ shape: own, data }: Stored, shape: Shape = own): Tensor {
  return tensor(data.map(Number), shape);
}

/** The kernels to check, and the largest error over the largest value that each may have in a tensor. */
export const precisions = [
  { kernels: reference64, tolerance: 1e-9 },
  { kernels: reference, tolerance: 1e-5 },
] as const;

const magnitude = (values: readonly number[]): number => Math.max(0, ...values.map(Math.abs));

/** The largest value of a stored tensor. */
export const scaleOf = ({ data }: Stored): number => magnitude(data.map(Number));

/**
 * Fails unless a tensor has the stored shape, and its largest error is within the tolerance times the largest stored
 * value (or times `scale`).
 */
export function expectClose(
  what: string,
  actual: Tensor,
  expected: Stored,
  tolerance: number,
  scale = scaleOf(expected),
): void {
  expect(formatShape(actual.shape), what).toBe(formatShape(expected.shape));
  const found = actual.data;
  const error = magnitude(expected.data.map((value, at) => found[at] - Number(value)));
  expect(error, what).toBeLessThanOrEqual(tolerance * scale);
}

/** The same for a number. */
export const expectNumber = (what: string, actual: number, expected: number, tolerance: number): void =>
  expect(Math.abs(actual - expected), what).toBeLessThanOrEqual(tolerance * Math.abs(expected));
