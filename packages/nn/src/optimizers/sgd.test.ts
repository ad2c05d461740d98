import { key, normal, reference64, tensor, withBackend, zeros } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parameter } from "../parameter.js";
import { type SgdOptions, sgd } from "./sgd.js";

const seed = fc.integer({ min: 0, max: 2 ** 31 });
const share = fc.double({ min: 0, max: 0.95, noNaN: true });
const count = fc.integer({ min: 1, max: 15 });

describe("sgd", () => {
  it("moves by lr g in every step, less what the decay takes off", () => {
    fc.assert(
      fc.property(seed, share, share, count, (from, lr, weightDecay, steps) => {
        withBackend(reference64, () => {
          const [start, gradient] = [normal(key(from), [3]), normal(key(from + 1), [3])];
          const x = parameter(start);
          const { step } = sgd([x], { lr, weightDecay });
          const expected = Array.from(start.data);
          for (let done = 0; done < steps; done++) {
            step([gradient]);
            expected.forEach((value, at) => {
              expected[at] = value * (1 - lr * weightDecay) - lr * gradient.data[at];
            });
          }
          x.data.forEach((value, at) => {
            expect(Math.abs(value - expected[at])).toBeLessThan(1e-12);
          });
        });
      }),
    );
  });

  it("has a velocity that is the sum of all gradients, each as often multiplied by the momentum as steps followed", () => {
    fc.assert(
      fc.property(
        seed,
        share.filter((momentum) => momentum > 0),
        share,
        count,
        (from, momentum, dampening, steps) => {
          withBackend(reference64, () => {
            const x = parameter(tensor([0, 0, 0]));
            const { step, stateDict } = sgd([x], { lr: 0.1, momentum, dampening });
            const gradients = Array.from({ length: steps }, (_, at) => normal(key(from + at), [3]));
            for (const gradient of gradients) step([gradient]);
            const velocity = stateDict()["velocity.0"].data;
            velocity.forEach((value, element) => {
              const expected = gradients.reduce((total, { data }, at) => {
                const gain = at === 0 ? 1 : 1 - dampening;
                return total + gain * momentum ** (steps - 1 - at) * data[element];
              }, 0);
              expect(Math.abs(value - expected)).toBeLessThan(1e-12);
            });
          });
        },
      ),
    );
  });

  it("with Nesterov's step is ahead of plain momentum on the same gradients by lr momentum v", () => {
    const rate = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        seed,
        share.filter((momentum) => momentum > 0),
        rate,
        count,
        (from, momentum, lr, steps) => {
          withBackend(reference64, () => {
            const [ahead, behind] = [parameter(tensor([0, 0, 0])), parameter(tensor([0, 0, 0]))];
            const [looking, plain] = [sgd([ahead], { lr, momentum, nesterov: true }), sgd([behind], { lr, momentum })];
            for (let done = 0; done < steps; done++) {
              const gradient = normal(key(from + done), [3]);
              looking.step([gradient]);
              plain.step([gradient]);
            }
            const velocity = plain.stateDict()["velocity.0"].data;
            ahead.data.forEach((value, at) => {
              expect(Math.abs(value - (behind.data[at] - lr * momentum * velocity[at]))).toBeLessThan(1e-12);
            });
          });
        },
      ),
    );
  });

  it.each<[SgdOptions, string]>([
    [{ lr: 1, momentum: 1 }, "momentum must be in [0, 1), not 1"],
    [{ lr: 1, dampening: -0.1 }, "dampening must be in [0, 1), not -0.1"],
    [{ lr: 1, weightDecay: Number.NaN }, "weightDecay must be finite and at least 0, not NaN"],
    [{ lr: 1, nesterov: true }, "nesterov needs momentum above 0 and no dampening, not momentum 0 and dampening 0"],
    [
      { lr: 1, nesterov: true, momentum: 0.9, dampening: 0.1 },
      "nesterov needs momentum above 0 and no dampening, not momentum 0.9 and dampening 0.1",
    ],
  ])("refuses %o", (options, message) => {
    expect(() => sgd([zeros([1])], options)).toThrow(`sgd: ${message}`);
  });
});
