import { concatenate, fold, key, normal, reference64, reshape, sum, type Tensor, withBackend } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asTensor } from "../../tensor/test/naive.js";
import { runs } from "../../tensor/test/runs.js";
import { isTensor, listed, type Sample } from "../../tensor/test/sample.js";
import { drawn, namedSamples } from "../../tensor/test/samples.js";
import { grad, gradcheck, jvp, vjp } from "../src/index.js";

const length = fc.integer({ min: 0, max: 3 });
const sizes = fc.record({ m: length, n: length, k: length });

/** The outputs of a sample one behind the other, as a function of the inputs that are differentiated. */
function differentiable(sample: Sample, seed: number): { fn: (...free: Tensor[]) => Tensor; at: Tensor[] } {
  const inputs = drawn(sample, seed).map(asTensor);
  const isFree = sample.inputs.map(({ fixed }) => !fixed);
  const fn = (...free: Tensor[]): Tensor => {
    let next = 0;
    const outputs = listed(sample.run(...inputs.map((input, at) => (isFree[at] ? free[next++] : input))), isTensor);
    return concatenate(
      outputs.map((output) => reshape(output, [-1])),
      0,
    );
  };
  return { fn, at: inputs.filter((_, at) => isFree[at]) };
}

describe("the rules of every operation", () => {
  for (const [name, make] of namedSamples) {
    it(`${name}: its derivatives, of first and second order, are those that differences tell`, () => {
      let checked = 0;
      fc.assert(
        fc.property(sizes, fc.nat(1_000_000), (drawnSizes, seed) => {
          for (const sample of make(drawnSizes)) {
            const { fn, at } = differentiable(sample, seed);
            if (at.length === 0) continue;
            checked++;
            try {
              gradcheck(fn, at, { key: key(seed), tolerance: 1e-7 });
            } catch (error) {
              throw new Error(`${name} ${sample.about}`, { cause: error });
            }
          }
        }),
        runs(12),
      );
      expect(checked, `${name} has no sample that is differentiated`).toBeGreaterThan(0);
    });

    it(`${name}: jvp and vjp are each other's transposes, though fused rules run as they are`, () => {
      withBackend(reference64, () => {
        for (const sample of make({ m: 2, n: 3, k: 2 })) {
          const { fn, at } = differentiable(sample, 11);
          if (at.length === 0) continue;
          const together = (x: readonly Tensor[]): Tensor => fn(...x);
          const along = at.map(({ shape }, n) => normal(fold(key(5), n), shape));
          const [value, moved] = jvp(together, at, along);
          const cotangent = normal(key(6), value.shape);
          const [, pullBack] = vjp(together, at);
          const back = pullBack(cotangent).map((gradient, n) => sum(gradient.mul(along[n])).item());
          const forth = sum(moved.mul(cotangent)).item();
          const difference = forth - back.reduce((total, each) => total + each, 0);
          expect(Math.abs(difference) / Math.max(1, Math.abs(forth)), `${name} ${sample.about}`).toBeLessThan(1e-9);
        }
      });
    });

    it(`${name}: its gradient in float32 is that of float64, rounded`, () => {
      for (const sample of make({ m: 2, n: 3, k: 2 })) {
        const { fn, at } = differentiable(sample, 7);
        if (at.length === 0) continue;
        const gradient = grad((x: readonly Tensor[]) => sum(fn(...x).mul(fn(...x))));
        const exact = withBackend(reference64, () => gradient(at));
        gradient(at).forEach((got, position) => {
          expect(got.dtype).toBe("float32");
          expect(got.shape).toEqual(at[position].shape);
          const wanted = Array.from(exact[position].data);
          const scale = Math.max(1, ...wanted.map(Math.abs));
          got.data.forEach((value, element) => {
            expect(Math.abs(value - wanted[element]) / scale, `${name} ${sample.about}`).toBeLessThan(1e-5);
          });
        });
      }
    });
  }
});
