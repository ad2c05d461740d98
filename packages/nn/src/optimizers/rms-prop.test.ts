import { key, normal, reference64, tensor, type Vec, withBackend, zeros } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parameter } from "../parameter.js";
import { type RmsPropOptions, rmsProp } from "./rms-prop.js";

const seed = fc.integer({ min: 0, max: 2 ** 31 });
const decay = fc.double({ min: 0, max: 0.999, noNaN: true });
const count = fc.integer({ min: 1, max: 15 });

/** What became of zeros under so many steps with one gradient. */
function after(gradient: Vec, steps: number, options: RmsPropOptions): Vec {
  const x = parameter(tensor([0, 0, 0]));
  const { step } = rmsProp([x], options);
  for (let done = 0; done < steps; done++) step([gradient]);
  return x;
}

describe("rmsProp", () => {
  it("forgets how large gradients are: multiplied by any number they make the same steps", () => {
    const scale = fc.integer({ min: -3, max: 10 }).map((power) => 10 ** power);
    fc.assert(
      fc.property(seed, scale, decay, count, fc.boolean(), (from, wide, kept, steps, centred) => {
        withBackend(reference64, () => {
          const gradient = normal(key(from), [3]);
          const options = { lr: 0.1, decay: kept, epsilon: 1e-300, momentum: 0.5, centred: centred && kept > 0.1 };
          const [small, large] = [gradient, gradient.mul(wide)].map((fed) => after(fed, steps, options).data);
          small.forEach((value, at) => {
            expect(Math.abs(value - large[at])).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
          });
        });
      }),
    );
  });

  it("divides by the root of the mean square: in step t of a gradient that stays by |g| sqrt(1 - decay^t)", () => {
    fc.assert(
      fc.property(seed, decay, count, (from, kept, steps) => {
        withBackend(reference64, () => {
          const gradient = normal(key(from), [3]);
          const moved = after(gradient, steps, { lr: 0.1, decay: kept, epsilon: 1e-12 }).data;
          const lengths = Array.from({ length: steps }, (_, at) => 0.1 / Math.sqrt(1 - kept ** (at + 1)));
          const expected = lengths.reduce((total, length) => total + length, 0);
          moved.forEach((value, at) => {
            expect(Math.abs(Math.abs(value) - expected)).toBeLessThan(1e-6 * expected);
            expect(Math.sign(value)).toBe(-Math.sign(gradient.data[at]));
          });
        });
      }),
    );
  });

  it("remembers nothing of a large gradient where nothing is kept", () => {
    const x = parameter(tensor([1]));
    const { step } = rmsProp([x], { lr: 0.1, decay: 0 });
    for (const gradient of [100, 0.01]) step([tensor([gradient])]);
    expect(x.item()).toBeCloseTo(0.8, 6);
  });

  it("stays finite where a centred variance comes out below 0", () => {
    const x = parameter(tensor([0]));
    const optimizer = rmsProp([x], { lr: 1e-3, centred: true });
    const moments = { "secondMoment.0": tensor([0.5]), "firstMoment.0": tensor([1]) };
    optimizer.loadStateDict({ ...optimizer.stateDict(), ...moments });
    optimizer.step([tensor([1])]);
    expect(Number.isFinite(x.item())).toBe(true);
  });

  it.each<[RmsPropOptions, string]>([
    [{ lr: 1, decay: 1 }, "decay must be in [0, 1), not 1"],
    [{ lr: 1, momentum: -0.1 }, "momentum must be in [0, 1), not -0.1"],
    [{ lr: 1, epsilon: 0 }, "epsilon must be positive and finite, not 0"],
    [{ lr: 1, weightDecay: -1 }, "weightDecay must be finite and at least 0, not -1"],
  ])("refuses %o", (options, message) => {
    expect(() => rmsProp([zeros([1])], options)).toThrow(`rmsProp: ${message}`);
  });
});
