import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  apply,
  DeadTensorError,
  grad,
  key,
  matmul,
  mean,
  mul,
  normal,
  type Op,
  ones,
  reference,
  type Scalar,
  scope,
  softmax,
  square,
  startEngine,
  sum,
  Tape,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
  withBackend,
} from "../src/index.js";

const { backend, memory } = startEngine({ threads: 1, kernels: "plain" });

/** What a program computes, in linear memory and on the heap, where nothing is ever freed. */
function bothWays(program: () => readonly number[]): void {
  const [inScopes, onHeap] = [backend, reference].map((kernels) => withBackend(kernels, program));
  expect(inScopes.length).toBe(onHeap.length);
  inScopes.forEach((value, at) => {
    expect(Math.abs(value - onHeap[at]), `value ${at}: ${value} and ${onHeap[at]}`).toBeLessThanOrEqual(
      1e-4 * Math.max(1, Math.abs(onHeap[at])),
    );
  });
}

/** A function of random structure, with scopes at random places: chains, reuse, constants, views. */
type Plan = readonly { readonly kind: number; readonly scoped: boolean; readonly other: number }[];
const plans = fc.array(fc.record({ kind: fc.integer({ min: 0, max: 6 }), scoped: fc.boolean(), other: fc.nat(10) }), {
  minLength: 1,
  maxLength: 12,
});

function follow(plan: Plan, x: Tensor, outer: Tensor): Tensor {
  const made: Tensor[] = [x];
  const at = (position: number): Tensor => made[position % made.length];
  for (const { kind, scoped, other } of plan) {
    const last = made[made.length - 1];
    const step = (): Tensor => {
      if (kind === 0) return tanh(last);
      if (kind === 1) return last.add(at(other));
      if (kind === 2) return mul(last, outer);
      if (kind === 3) return scope(() => tanh(matmul(last.as([2, 2]), at(other).as([2, 2])))).mul(0.5);
      if (kind === 4) return last.reshape([4]).reshape([2, 2]);
      if (kind === 5) return last.mul(scope(() => sum(square(at(other))).mul(0.1)));
      return last.sub(mean(last, 0, true).expand([2, 2]));
    };
    made.push(scoped ? scope(step) : step());
  }
  return sum(made[made.length - 1]).add(mean(at(3)));
}

const point = (seed: number): Tensor => normal(key(seed), [2, 2]).mul(0.5);
const flat = (...tensors: readonly Tensor[]): number[] => tensors.flatMap((x) => Array.from(x.data));

describe("scopes and derivatives", () => {
  it("agree with the heap over random programs with scopes in them", () => {
    fc.assert(
      fc.property(plans, fc.nat(1000), (plan, seed) => {
        bothWays(() => {
          const [x, outer] = [point(seed), point(seed + 1)];
          const { value, grads } = valueAndGrad(() => follow(plan, x, outer) as Scalar, [x, outer]);
          return flat(value, ...grads);
        });
      }),
    );
  });

  it("agree for gradients of gradients over random programs, within a scope and without", () => {
    fc.assert(
      fc.property(plans, fc.nat(1000), fc.boolean(), (plan, seed, within) => {
        const program = (): readonly number[] => {
          const [x, outer, direction] = [point(seed), point(seed + 1), point(seed + 2)];
          const slope = grad((inner: Tensor) => follow(plan, inner, outer) as Scalar);
          const along = grad((inner: Tensor) =>
            sum(
              mul(
                scope(() => slope(inner)),
                direction,
              ),
            ),
          );
          return flat(along(x), slope(x));
        };
        bothWays(within ? () => scope(program) : program);
      }),
    );
  });

  it("keep what is returned beside the loss, and free what is not", () => {
    withBackend(backend, () => {
      const x = tensor([1, 2]);
      let forgotten: Tensor | undefined;
      const step = () =>
        valueAndGrad(() => {
          const squares = square(x);
          forgotten = mul(squares, 2);
          return { loss: sum(forgotten), squares, nested: [{ doubled: mul(squares, 3) }] };
        }, [x]);
      scope(() => {
        const { value, grads, aux } = step();
        expect(value.item()).toBe(10);
        expect(grads[0].toArray()).toEqual([4, 8]);
        expect(aux.squares.toArray()).toEqual([1, 4]);
        expect(aux.nested[0].doubled.toArray()).toEqual([3, 12]);
        expect(() => forgotten?.toArray()).toThrow(DeadTensorError);
      });
      expect(step().aux.squares.toArray()).toEqual([1, 4]);
    });
  });

  it("leave tensors alone that a closure has from outside", () => {
    withBackend(backend, () =>
      scope(() => {
        const x = tensor([1, 2]);
        const outer = mul(tensor([3, 4]), 2);
        const slope = grad((inner: Tensor) => sum(mul(tanh(mul(inner, 0)), outer).add(mul(inner, outer))));
        const first = slope(x).toArray();
        expect(slope(x).toArray()).toEqual(first);
        expect(outer.toArray()).toEqual([6, 8]);
      }),
    );
  });

  it("need no more memory for the way back along a chain than its results and a few gradients, and give all back", () => {
    withBackend(backend, () => {
      const x = normal(key(1), [1024]);
      const chain = (): Scalar => {
        let y: Tensor = x;
        for (let at = 0; at < 200; at++) y = tanh(y);
        return sum(y);
      };
      valueAndGrad(chain, [x]);
      const before = memory();
      valueAndGrad(chain, [x]);
      const after = memory();
      expect(after.used).toBe(before.used);
      const vectors = (after.peak - before.used) / 4096;
      expect(vectors).toBeGreaterThan(200);
      expect(vectors).toBeLessThan(212);
    });
  });

  it("free on the way back what rules make for themselves, and each share once it is added up", () => {
    withBackend(backend, () => {
      const x = normal(key(1), [32, 32]);
      const chain = (): Scalar => {
        let y: Tensor = x;
        for (let at = 0; at < 100; at++) y = softmax(y, 1).add(x);
        return sum(y);
      };
      const before = memory();
      valueAndGrad(chain, [x]);
      const matrices = (memory().peak - before.used) / 4096;
      expect(matrices).toBeGreaterThan(200);
      expect(matrices).toBeLessThan(212);
    });
  });

  it("allow a rule that differentiates by itself, and scopes in it", () => {
    const op: Op<undefined> = {
      name: "scaled",
      shape: ([shape]) => [shape],
      plain: ([x]) => [tanh(x)],
      vjp: ({ inputs: [x], gradients: [g] }) => {
        const slope = grad((inner: Tensor) => sum(tanh(inner)))(x);
        return [scope(() => mul(mul(slope, 1), g))];
      },
    };
    bothWays(() => {
      const x = point(3);
      const loss = (): Scalar => {
        let y: Tensor = x;
        for (let at = 0; at < 5; at++) y = apply(op, [y], undefined)[0].mul(2);
        return sum(y);
      };
      return flat(...scope(() => valueAndGrad(loss, [x]).grads));
    });
  });

  it("free nothing that another tape over the same computation needs", () => {
    withBackend(backend, () =>
      scope(() => {
        const x = tensor([1, 2]);
        const [first, second] = [new Tape([x]), new Tape([x])];
        const loss = first.record(() => second.record(() => sum(mul(square(x), x))));
        for (const tape of [first, second])
          expect(tape.pullBack([loss], [ones([])], [x])[0]?.toArray()).toEqual([3, 12]);
      }),
    );
  });
});
