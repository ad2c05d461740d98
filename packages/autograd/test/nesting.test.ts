import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../tensor/test/runs.js";
import { key, type Mat, normal, reference, scope, startEngine, withBackend } from "../src/index.js";
import { nobody, noScopes, type Program, programs, run, scopes, strict } from "./nesting.js";

const { backend, memory } = startEngine({ threads: 1, kernels: "plain" });

const around = (seed: number): readonly Mat[] => [0, 1, 2].map((at) => normal(key(3 * seed + at), [2, 2]).mul(0.5));
const elements = ({ data }: Mat): number[] => Array.from(data);
const inScopes = (program: Program, seed: number): number[] =>
  withBackend(backend, () => elements(run(program, around(seed), scopes, nobody)));

describe("scopes, derivatives, copies, pinned tensors and errors, one within the other at random,", () => {
  it("give the same bits as without any scope, and what the heap gives", () => {
    fc.assert(
      fc.property(programs, fc.nat(1000), (program, seed) => {
        const found = inScopes(program, seed);
        expect(withBackend(backend, () => elements(run(program, around(seed), noScopes, nobody)))).toEqual(found);
        expect(withBackend(backend, () => scope(() => elements(run(program, around(seed), scopes, nobody))))).toEqual(
          found,
        );
        const onHeap = withBackend(reference, () => elements(run(program, around(seed), noScopes, nobody)));
        found.forEach((value, at) => {
          expect(Math.abs(value - onHeap[at])).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(onHeap[at])));
        });
      }),
      runs(300),
    );
  });

  it("leave dead what a scope made and did not return, and alive what it returned, or a tape may need", () => {
    fc.assert(
      fc.property(programs, fc.nat(1000), fc.boolean(), (program, seed, within) => {
        withBackend(backend, () => {
          const watch = strict();
          const whole = (): Mat => {
            const outer = around(seed).map(watch.note);
            return watch.frame(() => scope(() => run(program, outer, scopes, watch)));
          };
          if (within) scope(whole);
          else whole();
        });
      }),
      runs(300),
    );
  });

  it("hold no memory afterwards", () => {
    fc.assert(
      fc.property(programs, fc.nat(1000), (program, seed) => {
        inScopes(program, seed);
        const { used } = memory();
        inScopes(program, seed);
        expect(memory().used).toBe(used);
      }),
      runs(200),
    );
  });
});
