import {
  fold,
  grad,
  key,
  mean,
  normal,
  reference64,
  softplus,
  sum,
  tensor,
  type Vec,
  withBackend,
} from "@factorvae/autograd";
import { Linear, parameters } from "@factorvae/nn";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distribution, divergence, expectedNegativeLogDensity, negativeLogDensity, stdLayer } from "./gaussian.js";
import { anyKey } from "./model.samples.js";

const anyMean = fc.double({ min: -5, max: 5, noNaN: true });
const anyStd = fc.double({ min: 1e-2, max: 10, noNaN: true });
const vector = (value: number): Vec => tensor([value]);
const close = (actual: number, expected: number): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));

/** KL(q || p), and its gradients by the four moments. */
function divergenceAndGradients(meanQ: number, stdQ: number, meanP: number, stdP: number) {
  return withBackend(reference64, () => {
    const kl = (...moments: readonly Vec[]) => sum(divergence(moments[0], moments[1], moments[2], moments[3]));
    const at = [meanQ, stdQ, meanP, stdP].map(vector);
    return { value: kl(...at).item(), gradients: grad((x: readonly Vec[]) => kl(...x))(at).map((g) => g.item()) };
  });
}

/** The negative log density, and its gradients by mean and standard deviation. */
function densityAndGradients(y: number, at: number, std: number) {
  return withBackend(reference64, () => {
    const density = (moments: readonly Vec[]) => sum(negativeLogDensity(vector(y), moments[0], moments[1]));
    const moments = [at, std].map(vector);
    return { value: density(moments).item(), gradients: grad(density)(moments).map((g) => g.item()) };
  });
}

describe("divergence (trap 3)", () => {
  it("is exactly 0 for equal distributions, and so are its gradients", () => {
    fc.assert(
      fc.property(anyMean, anyStd, (m, s) => {
        const { value, gradients } = divergenceAndGradients(m, s, m, s);
        expect(value).toBe(0);
        for (const gradient of gradients) expect(Math.abs(gradient)).toBeLessThanOrEqual(1e-13 / s);
      }),
    );
  });

  it("is positive for different distributions", () => {
    fc.assert(
      fc.property(anyMean, anyStd, anyMean, anyStd, (meanQ, stdQ, meanP, stdP) => {
        fc.pre(Math.abs(meanQ - meanP) > 1e-3 * stdP || Math.abs(stdQ / stdP - 1) > 1e-3);
        expect(divergenceAndGradients(meanQ, stdQ, meanP, stdP).value).toBeGreaterThan(0);
      }),
    );
  });

  it("is that of the posterior from the prior: a posterior too narrow costs less than one too wide", () => {
    const narrow = divergenceAndGradients(0, 0.1, 0, 1).value;
    const wide = divergenceAndGradients(0, 1, 0, 0.1).value;
    close(narrow, Math.log(10) + 0.01 / 2 - 0.5);
    close(wide, -Math.log(10) + 100 / 2 - 0.5);
  });

  it("has the gradients that were derived by hand (trap 10)", () => {
    fc.assert(
      fc.property(anyMean, anyStd, anyMean, anyStd, (meanQ, stdQ, meanP, stdP) => {
        const [byMeanQ, byStdQ, byMeanP, byStdP] = divergenceAndGradients(meanQ, stdQ, meanP, stdP).gradients;
        const shift = meanQ - meanP;
        close(byMeanQ, shift / stdP ** 2);
        close(byMeanP, -shift / stdP ** 2);
        const scale = 1 / stdQ + stdQ / stdP ** 2;
        expect(Math.abs(byStdQ - (stdQ / stdP ** 2 - 1 / stdQ))).toBeLessThanOrEqual(1e-12 * scale);
        const spread = (stdQ ** 2 + shift ** 2) / stdP ** 3;
        expect(Math.abs(byStdP - (1 / stdP - spread))).toBeLessThanOrEqual(1e-12 * (1 / stdP + spread));
      }),
    );
  });
});

describe("negativeLogDensity", () => {
  it("has the gradients that were derived by hand (trap 10)", () => {
    fc.assert(
      fc.property(anyMean, anyMean, anyStd, (y, m, s) => {
        const [byMean, byStd] = densityAndGradients(y, m, s).gradients;
        close(byMean, (m - y) / s ** 2);
        const terms = 1 / s + (y - m) ** 2 / s ** 3;
        expect(Math.abs(byStd - (1 / s - (y - m) ** 2 / s ** 3))).toBeLessThanOrEqual(1e-12 * terms);
      }),
    );
  });

  it("integrates to one as a density", () => {
    fc.assert(
      fc.property(anyMean, fc.double({ min: 0.2, max: 3, noNaN: true }), (m, s) => {
        const width = s / 50;
        const grid = Float64Array.from({ length: 1001 }, (_, at) => m + (at - 500) * width);
        const values = withBackend(reference64, () => negativeLogDensity(tensor(grid), m, s).data);
        close(width * Array.from(values, (value) => Math.exp(-value)).reduce((mass, density) => mass + density), 1);
      }),
    );
  });

  it("is least where the standard deviation is the size of the error, so that sigma is not driven to 0 (trap 4)", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 3, noNaN: true }), (error) => {
        expect(densityAndGradients(error, 0, error / 2).gradients[1]).toBeLessThan(0);
        expect(Math.abs(densityAndGradients(error, 0, error).gradients[1])).toBeLessThanOrEqual(1e-13 / error);
        expect(densityAndGradients(error, 0, 2 * error).gradients[1]).toBeGreaterThan(0);
      }),
    );
  });
});

describe("expectedNegativeLogDensity", () => {
  it("is the mean of the density over a latent mean, by quadrature at plus and minus its standard deviation", () => {
    fc.assert(
      fc.property(anyMean, anyMean, anyStd, anyStd, (y, m, latent, s) => {
        withBackend(reference64, () => {
          const exact = expectedNegativeLogDensity(vector(y), m, latent ** 2, s).item();
          // The density's logarithm is quadratic in its mean: two points of the right variance give the expectation.
          const corners = mean(negativeLogDensity(tensor([y, y]), tensor([m - latent, m + latent]), s)).item();
          close(exact, corners);
        });
      }),
    );
  });

  it("is the density itself where the mean is certain", () => {
    fc.assert(
      fc.property(anyMean, anyMean, anyStd, (y, m, s) => {
        withBackend(reference64, () => {
          close(expectedNegativeLogDensity(vector(y), m, 0, s).item(), negativeLogDensity(vector(y), m, s).item());
        });
      }),
    );
  });
});

describe("stdLayer and distribution", () => {
  it("start every standard deviation at 1 where the input says nothing", () => {
    const std = stdLayer(3, 4, key(1));
    const { data } = softplus(std.bias);
    expect(Array.from(data, (value) => Math.abs(value - 1) < 1e-6)).toEqual([true, true, true, true]);
    expect(parameters(std)).toEqual([std.weight, std.bias]);
  });

  it("keep every standard deviation at the floor or above, exactly at it where softplus is below", () => {
    fc.assert(
      fc.property(anyKey, fc.double({ min: 1e-4, max: 2, noNaN: true }), (from, floor) => {
        const layers = { mean: new Linear(3, 2, fold(from, "mean")), std: new Linear(3, 2, fold(from, "std")) };
        const x = normal(fold(from, "x"), [20, 3]).mul(20);
        const { std, mean: centre } = distribution(layers, x, floor);
        const raw = softplus(layers.std.forward(x)).data;
        const single = Math.fround(floor);
        expect(Array.from(std.data)).toEqual(Array.from(raw, (value) => Math.max(value, single)));
        expect(centre.data).toEqual(layers.mean.forward(x).data);
      }),
    );
  });
});
