import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Backend,
  keep,
  reference,
  reference64,
  scope,
  startEngine,
  type Tensor,
  withBackend,
} from "../src/index.js";
import { expectClose, expectSameBits } from "./compare.js";
import { layouts } from "./layouts.js";
import { asTensor, naive } from "./naive.js";
import { runs } from "./runs.js";
import { isNaive, isTensor, listed, type Sample } from "./sample.js";
import { drawn, namedSamples } from "./samples.js";

const length = fc.integer({ min: 0, max: 4 });
const sizes = fc.record({ m: length, n: length, k: length });
const seed = fc.nat(1_000_000);
const cases = runs(12);

const outputs = (sample: Sample, inputs: readonly Tensor[]): readonly Tensor[] =>
  listed(sample.run(...inputs), isTensor);

function checkAgainstDefinition(sample: Sample, inputs: readonly Tensor[], tolerance: number, about: string): void {
  const expected = listed(sample.expected(...inputs.map(naive)), isNaive);
  const got = outputs(sample, inputs);
  expect(got.length, `${about}: number of outputs`).toBe(expected.length);
  got.forEach((output, at) => {
    expectClose(output, expected[at], tolerance, about);
  });
}

const engines = (["plain", "auto"] as const).flatMap((kernels) =>
  [1, 2].map((threads) => startEngine({ kernels, threads })),
);

const kernels: readonly { readonly name: string; readonly backend: Backend; readonly tolerance: number }[] = [
  { name: "reference64", backend: reference64, tolerance: 1e-12 },
  { name: "reference", backend: reference, tolerance: 2e-6 },
  ...engines.map(({ backend, info }) => ({
    name: `${info.kernels}, ${info.threads} threads`,
    backend,
    tolerance: 4e-6,
  })),
];

describe.each(namedSamples)("%s", (name, make) => {
  for (const { name: way, backend, tolerance } of kernels)
    it(`gives what its definition gives, in ${way}`, () => {
      fc.assert(
        fc.property(sizes, seed, (drawnSizes, seedOfValues) => {
          for (const sample of make(drawnSizes))
            withBackend(backend, () => {
              const inputs = drawn(sample, seedOfValues).map(asTensor);
              checkAgainstDefinition(sample, inputs, tolerance, `${name} ${sample.about}`);
            });
        }),
        cases,
      );
    });

  it("gives the same in a scope as outside, to the bit", () => {
    for (const { backend } of engines)
      withBackend(backend, () => {
        for (const sample of make({ m: 3, n: 5, k: 2 })) {
          const inputs = drawn(sample, 3).map(asTensor);
          const outside = outputs(sample, inputs);
          scope(() => {
            const within = outputs(sample, drawn(sample, 3).map(asTensor));
            within.forEach((output, at) => {
              expectSameBits(output, outside[at], `${name} ${sample.about}`);
            });
          });
        }
      });
  });

  it("gives the same bits however its inputs lie in memory", () => {
    fc.assert(
      fc.property(sizes, seed, fc.constantFrom(...Object.entries(layouts)), (drawnSizes, seedOfValues, [way, laid]) => {
        for (const sample of make(drawnSizes)) {
          const inputs = drawn(sample, seedOfValues).map((input) => laid(asTensor(input)));
          const expected = outputs(sample, inputs.map(keep));
          outputs(sample, inputs).forEach((output, at) => {
            expectSameBits(output, expected[at], `${name} ${sample.about}, ${way}`);
          });
        }
      }),
      runs(25),
    );
  });

  it("has inputs that it leaves as they were", () => {
    for (const sample of make({ m: 2, n: 3, k: 2 })) {
      const before = drawn(sample, 5);
      const inputs = before.map(asTensor);
      sample.run(...inputs);
      expect(inputs.map(naive)).toEqual(before);
    }
  });
});

const edges = [0, -0, 1, -1, 2.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];

/** Each edge in each operand beside each edge in every other. */
const combinations = (arity: number): number[][] =>
  arity === 0 ? [[]] : combinations(arity - 1).flatMap((others) => edges.map((edge) => [...others, edge]));

describe("at zeros, infinities and NaN", () => {
  for (const [name, make] of namedSamples) {
    const sample = make({ m: 1, n: 1, k: 1 }).find(({ everywhere }) => everywhere);
    if (!sample) continue;
    it(`${name} follows its definition`, () => {
      const points = combinations(sample.inputs.length);
      const inputs = sample.inputs.map((_, operand) =>
        asTensor({ shape: [points.length], data: points.map((point) => point[operand]) }),
      );
      for (const { backend, name: way } of kernels)
        withBackend(backend, () => checkAgainstDefinition(sample, inputs.map(keep), 1e-6, `${name} in ${way}`));
    });
  }
});
