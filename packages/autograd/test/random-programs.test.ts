import {
  checkpoint,
  customVjp,
  fold,
  grad,
  hvp,
  jvp,
  type Key,
  key,
  mul,
  normal,
  reference,
  reference64,
  type Scalar,
  startEngine,
  sum,
  type Tensor,
  tensor,
  vjp,
  withBackend,
} from "@factorvae/autograd";
import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { inputsOf, type Program, programs, run, stepNames } from "./random-programs.js";

const { backend: kernels } = startEngine({ threads: 1, kernels: "plain" });

/** Ten thousand by night; property-runs.ts gives the number for one law. */
const numRuns = "numRuns" in inject("propertyRuns") ? 10_000 : 200;

type Inputs = readonly Tensor[];

const dot = (a: Inputs, b: Inputs): number => a.reduce((total, one, at) => total + sum(mul(one, b[at])).item(), 0);
const directionOf = (at: Inputs, from: Key): Tensor[] => at.map(({ shape }, n) => normal(fold(from, n), shape));

/** The slope along a direction by central differences of fourth order. */
function slope(scalar: (at: Inputs) => Scalar, at: Inputs, direction: Inputs, step: number): number {
  const along = (by: number): number => scalar(at.map((one, n) => one.add(mul(direction[n], by)))).item();
  return (8 * (along(step) - along(-step)) - (along(2 * step) - along(-2 * step))) / (12 * step);
}

const isNear = (a: number, b: number, tolerance: number): boolean =>
  Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));

describe("random programs", () => {
  it("have a gradient that differences, jvp and the symmetry of second derivatives agree with, in float64", () => {
    const seen = new Set<string>();
    let kinks = 0;
    fc.assert(
      fc.property(programs, fc.nat(1000), (program, seed) => {
        withBackend(reference64, () => {
          const scalar = (at: Inputs): Scalar => run(program, at);
          const at = inputsOf(program).map((input) => input.add(0));
          const [first, second] = ["first", "second"].map((name) => directionOf(at, fold(key(seed), name)));
          const numeric = slope(scalar, at, first, 1e-4);
          // Where two steps disagree, a kink lies between: ties of max and sort, the bounds of clip.
          if (!isNear(numeric, slope(scalar, at, first, 5e-5), 1e-8)) return void kinks++;
          const gradient = grad(scalar)(at);
          expect(
            isNear(dot(gradient, first), numeric, 1e-6),
            `${dot(gradient, first)}, by differences ${numeric}`,
          ).toBe(true);
          const [value, forwards] = jvp(scalar, at, first);
          expect(value.item()).toBe(scalar(at).item());
          expect(isNear(forwards.item(), dot(gradient, first), 1e-10)).toBe(true);
          // A pull-back made before anyone asked for more is linear in its cotangent, and can be differentiated by it.
          const [, pullBack] = vjp(scalar, at);
          const [, ofCotangent] = vjp((cotangent: Scalar) => pullBack(cotangent), tensor(0.3));
          expect(isNear(ofCotangent(first).item(), forwards.item(), 1e-10)).toBe(true);
          const [there, back] = [dot(hvp(scalar, at, first), second), dot(hvp(scalar, at, second), first)];
          expect(isNear(there, back, 1e-8), `${there} and ${back}`).toBe(true);
          for (const { name } of program.steps) seen.add(name);
        });
      }),
      { numRuns },
    );
    // A law that skips most of its cases says nothing.
    expect(kinks).toBeLessThan(numRuns / 20);
    expect([...seen].sort()).toEqual([...stepNames].sort());
  });

  it("have the same derivatives in a checkpoint, and with a rule that is their own pull-back, in float64", () => {
    fc.assert(
      fc.property(programs, fc.nat(1000), (program, seed) => {
        withBackend(reference64, () => {
          const plain = (at: Inputs): Scalar => run(program, at);
          const at = inputsOf(program).map((input) => input.add(0));
          const along = directionOf(at, key(seed));
          const derivatives = (scalar: (at: Inputs) => Scalar): number[] => {
            const [value, moved] = jvp(scalar, at, along);
            return [value, moved, ...grad(scalar)(at), ...hvp(scalar, at, along)].flatMap(({ data }) => [...data]);
          };
          const wanted = derivatives(plain);
          const ruled = customVjp(plain, (x, _, cotangent) => vjp(plain, x)[1](cotangent));
          for (const other of [checkpoint(plain), ruled, checkpoint(ruled)])
            derivatives(other).forEach((value, n) => {
              expect(isNear(value, wanted[n], 1e-10), `value ${n}: ${value} and ${wanted[n]}`).toBe(true);
            });
        });
      }),
      { numRuns: numRuns / 2 },
    );
  });

  it("have the same value and gradient by the reference and by WebAssembly, to what float32 can tell", () => {
    let unsure = 0;
    fc.assert(
      fc.property(programs, (program: Program) => {
        const by = (backend: typeof kernels): number[] =>
          withBackend(backend, () => {
            const at = inputsOf(program);
            const scalar = (inputs: Inputs): Scalar => run(program, inputs);
            return [scalar(at).item(), ...grad(scalar)(at).flatMap(({ data }) => Array.from(data))];
          });
        const [exact, ours, wasm] = [reference64, reference, kernels].map(by);
        // Where single precision decides otherwise than double (a tie, a bound), it is no measure.
        if (!ours.every((value, at) => isNear(value, exact[at], 1e-3))) return void unsure++;
        wasm.forEach((value, at) => {
          const allowed = 1e-4 + 20 * Math.abs(ours[at] - exact[at]);
          expect(isNear(value, exact[at], allowed), `value ${at}: ${value} and ${exact[at]}`).toBe(true);
        });
      }),
      { numRuns },
    );
    expect(unsure).toBeLessThan(numRuns / 20);
  });
});
