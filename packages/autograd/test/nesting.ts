import {
  checkpoint,
  customVjp,
  DeadTensorError,
  grad,
  hvp,
  isTraced,
  jacobian,
  jvp,
  keep,
  type Mat,
  matmul,
  mul,
  pinned,
  type Scalar,
  type Storage,
  scope,
  softmax,
  stopGradient,
  storagesIn,
  sum,
  type Tensor,
  tanh,
  transpose,
  valueAndGrad,
  vjp,
} from "@factorvae/autograd";
import fc from "fast-check";
import { expect } from "vitest";

const kinds = [
  ...(["tanh", "add", "mul", "matmul", "softmax", "view"] as const),
  ...(["scope", "waste", "pair", "keep", "pinned", "thrown"] as const),
  ...(["grad", "grad", "valueAndGrad"] as const),
  ...(["vjp", "jvp", "hvp", "jacobian", "checkpoint", "customVjp", "stopGradient"] as const),
] as const;

/** A program of 2 x 2 matrices: one of those around it, or a way to make one from those that two other programs make. */
export type Program =
  | { readonly kind: "outer"; readonly at: number }
  | { readonly kind: (typeof kinds)[number]; readonly at: number; readonly of: readonly [Program, Program] };

/** Programs at random, in which scopes, derivatives, copies, pinned tensors and errors stand one within the other. */
export const programs: fc.Arbitrary<Program> = fc.letrec<{ readonly program: Program; readonly made: Program }>(
  (tie) => ({
    made: fc.record({ kind: fc.constantFrom(...kinds), at: fc.nat(9), of: fc.tuple(tie("program"), tie("program")) }),
    program: fc.oneof(
      { maxDepth: 5, depthSize: "max" },
      { arbitrary: fc.record({ kind: fc.constant("outer" as const), at: fc.nat(9) }), weight: 1 },
      { arbitrary: tie("made"), weight: 3 },
    ),
  }),
).made;

/** Someone who sees what a program makes, and where a scope begins and ends. */
export interface Watch {
  readonly note: <T extends Tensor>(made: T) => T;
  /** Runs what is a scope. */
  readonly frame: <Result>(run: () => Result) => Result;
}

/** Looks at nothing. */
export const nobody: Watch = { note: (made) => made, frame: (run) => run() };

const isDead = (x: Tensor): boolean => {
  try {
    mul(x, 1);
    return false;
  } catch (error) {
    if (error instanceof DeadTensorError) return true;
    throw error;
  }
};

/** Asserts at the end of each scope that what it made is dead if it was not returned and no tape records, and alive else. */
export function strict(): Watch {
  let made: Tensor[] = [];
  const known = new Set<Storage>();
  return {
    note: (tensor) => {
      made.push(tensor);
      known.add(tensor.storage);
      return tensor;
    },
    frame: (run) => {
      const [outer, older] = [made, new Set(known)];
      made = [];
      const end = (living: readonly Storage[] | "all"): void => {
        for (const tensor of made) {
          const lives = living === "all" || living.includes(tensor.storage) || older.has(tensor.storage);
          expect(isDead(tensor), "a tensor is dead after its scope").toBe(!lives && !tensor.storage.isOnHeap);
          if (lives) outer.push(tensor);
        }
        made = outer;
      };
      try {
        const result = run();
        end(isTraced() ? "all" : storagesIn(result));
        return result;
      } catch (error) {
        end([]);
        throw error;
      }
    },
  };
}

/** With what a program opens scopes. */
export interface Scopes {
  readonly scope: <Result>(fn: () => Result) => Result;
  readonly pinned: <Result>(tensors: readonly Tensor[], fn: () => Result) => Result;
}

/** The library's scopes. */
export const scopes: Scopes = { scope, pinned };
/** None: only derivatives open some of their own. */
export const noScopes: Scopes = { scope: (fn) => fn(), pinned: (_, fn) => fn() };

class Thrown extends Error {}

/** Runs a program with these matrices around it. */
export function run(program: Program, around: readonly Mat[], how: Scopes, watch: Watch): Mat {
  const outer = around[program.at % around.length];
  if (program.kind === "outer") return outer;
  const [a, b] = program.of.map(
    (part) =>
      (more: readonly Mat[] = []) =>
        run(part, [...around, ...more], how, watch),
  );
  /** The same, of which nobody looks at the parts: they run when, and in scopes that, only the derivative knows. */
  const quiet = (part: 0 | 1, ...more: readonly Mat[]): Mat => run(program.of[part], [...around, ...more], how, nobody);
  return watch.note(made());

  function made(): Mat {
    switch (program.kind) {
      case "outer":
        return outer;
      case "tanh":
        return tanh(a());
      case "add":
        return a().add(b());
      case "mul":
        return a().mul(b()).mul(0.5);
      case "matmul":
        return matmul(a(), b()).mul(0.5);
      case "softmax":
        return softmax(a(), 1);
      case "view":
        return transpose(a(), [1, 0]);
      case "keep":
        return keep(a());
      case "scope":
        return watch.frame(() => how.scope(() => a()));
      case "waste":
        return watch.frame(() =>
          how.scope(() => {
            b();
            return a();
          }),
        );
      case "pair": {
        const { pair, deeper } = watch.frame(() =>
          how.scope(() => ({ pair: [a(), outer], deeper: new Map([["b", b()]]) })),
        );
        return [...deeper.values()].reduce((total, part) => total.add(part), pair[0].add(pair[1]));
      }
      case "pinned":
        return watch.frame(() => how.pinned([...around], () => a()));
      case "thrown":
        expect(() =>
          watch.frame(() =>
            how.scope(() => {
              a();
              throw new Thrown();
            }),
          ),
        ).toThrow(Thrown);
        return outer;
      case "grad":
        return watch.frame(() => grad((x: Mat): Scalar => sum(a([watch.note(x)])))(outer)).mul(0.25);
      case "vjp": {
        const [value, pullBack] = vjp((x: Mat) => quiet(0, x), outer);
        return pullBack(value).add(pullBack(b())).mul(0.25);
      }
      case "jvp":
        return jvp((x: Mat) => quiet(0, x), outer, b())[1].mul(0.25);
      case "hvp":
        return hvp((x: Mat): Scalar => sum(quiet(0, x)), outer, b()).mul(0.25);
      case "jacobian":
        return jacobian((x: Mat) => sum(quiet(0, x), 0))(outer)
          .sum(0)
          .mul(0.25)
          .as([2, 2]);
      case "checkpoint":
        return checkpoint((x: Mat) => quiet(0, x))(outer);
      case "customVjp":
        return customVjp(
          (x: Mat) => tanh(x),
          (x, value, cotangent) => quiet(1, x, value, cotangent),
        )(outer);
      case "stopGradient":
        return stopGradient(a());
      case "valueAndGrad": {
        const { value, grads, aux } = watch.frame(() =>
          valueAndGrad(() => ({ loss: sum(a()).add(sum(outer)), beside: { tensors: [b()] } }), [outer]),
        );
        return grads[0].add(aux.beside.tensors[0]).add(value).mul(0.25);
      }
    }
  }
}
