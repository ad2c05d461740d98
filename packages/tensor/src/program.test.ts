import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../test/runs.js";
import { derivative } from "./derivative.js";
import { type Callee, type Expression, expression, input, literal } from "./formula.js";
import { inOrder } from "./formula-walk.js";
import { compile, inputsOf, type Program, renumbered } from "./program.js";

const unary = ["neg", "abs", "exp", "tanh", "sin", "cos"] as const;
const binary = ["add", "sub", "mul", "max", "min"] as const;

const evaluators: Readonly<Record<string, (...values: number[]) => number>> = {
  ...{ neg: (a) => -a, abs: Math.abs, exp: Math.exp, tanh: Math.tanh, sin: Math.sin, cos: Math.cos },
  ...{ add: (a, b) => a + b, sub: (a, b) => a - b, mul: (a, b) => a * b },
  ...{ max: (a, b) => (a < b ? b : a), min: (a, b) => (b < a ? b : a) },
};

/** The value of an expression, node by node, as often as it stands there. */
function evaluated({ node, operands }: Expression, inputs: readonly number[]): number {
  if (node.kind === "input") return inputs[node.position];
  if (node.kind === "literal") return node.value;
  if (node.kind === "call") return evaluated(node.callee.body(operands), inputs);
  return evaluators[node.kind](...operands.map((operand) => evaluated(operand, inputs)));
}

/** The value of a program's outputs, register by register; run twice, as over blocks: constants are set but once. */
function run({ loads, literals, steps, outputs, registers }: Program, inputs: readonly number[]): number[] {
  const file = new Array<number>(registers).fill(Number.NaN);
  for (const { value, to } of literals) file[to] = value;
  for (const _block of ["first", "second"]) {
    for (const { input: position, to } of loads) file[to] = inputs[position];
    for (const { kind, from, to } of steps) file[to] = evaluators[kind](...from.map((register) => file[register]));
  }
  return outputs.map((register) => file[register]);
}

/** Formulas of three inputs, built from a list of draws: each step takes two earlier expressions. */
const formulas = fc
  .array(fc.tuple(fc.nat(20), fc.nat(100), fc.nat(100)), { minLength: 1, maxLength: 14 })
  .map((draws) => {
    const made: Expression[] = [input(0), input(1), input(2), literal(0.5)];
    for (const [kind, first, second] of draws) {
      const [a, b] = [made[first % made.length], made[second % made.length]];
      const choices = unary.length + binary.length;
      const which = kind % choices;
      made.push(
        which < unary.length
          ? expression({ kind: unary[which] }, [a])
          : expression({ kind: binary[which - unary.length] }, [a, b]),
      );
    }
    return made.slice(-2);
  });
const numbers = fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: 3, maxLength: 3 });

describe("expressions", () => {
  it("that are equal are the same object", () => {
    const x = input(0);
    expect(x.mul(2).add(1)).toBe(input(0).mul(2).add(1));
    expect(x.mul(2)).not.toBe(x.mul(3));
    expect(literal(-0)).not.toBe(literal(0));
  });

  it("drop what changes nothing", () => {
    const x = input(0);
    expect([x.add(0), x.mul(1), x.sub(0), x.div(1), literal(1).mul(x), literal(0).add(x)]).toEqual([x, x, x, x, x, x]);
  });

  it("compute what several formulas share once", () => {
    const shared = input(0).exp();
    expect(inOrder([shared.add(1), shared.mul(shared)]).filter((node) => node === shared)).toHaveLength(1);
  });
});

describe("compile", () => {
  it("gives programs that compute what the formula says, with registers used again", () => {
    fc.assert(
      fc.property(formulas, numbers, (outputs, inputs) => {
        expect(run(compile(outputs), inputs)).toEqual(outputs.map((output) => evaluated(output, inputs)));
      }),
      runs(300),
    );
  });

  it("uses the register of a value that nothing needs any more", () => {
    const chain = Array.from({ length: 20 }).reduce<Expression>((x) => x.sin(), input(0));
    expect(compile([chain]).registers).toBe(1);
  });

  it("gives keys of their own to programs that differ in a literal, were it in the sign of a zero, an infinity or NaN", () => {
    const values = [0, -0, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
    const keys = values.map((value) => compile([literal(value).max(input(0))]).key);
    expect(new Set(keys).size).toBe(values.length);
  });

  it("loads only inputs that are needed, and tells equal programs by their key", () => {
    expect(compile([input(2).add(1)]).loads).toEqual([{ input: 2, to: expect.any(Number) }]);
    expect(compile([input(0).exp()]).key).toBe(compile([input(0).exp()]).key);
    expect(compile([input(0).exp()]).key).not.toBe(compile([input(1).exp()]).key);
  });

  it("keeps outputs that are inputs, literals or each other", () => {
    const sum = input(0).add(input(1));
    expect(run(compile([input(1), literal(3), sum, sum, sum.exp()]), [1, 2, 0])).toEqual([2, 3, 3, 3, Math.exp(3)]);
  });
});

describe("renumbered formulas", () => {
  it("compute the same of the inputs that they need", () => {
    fc.assert(
      fc.property(formulas, numbers, (outputs, inputs) => {
        const needed = inputsOf(outputs);
        const moved = renumbered(outputs, needed);
        expect(
          run(
            compile(moved),
            needed.map((position) => inputs[position]),
          ),
        ).toEqual(run(compile(outputs), inputs));
      }),
      runs(100),
    );
  });
});

describe("derivative", () => {
  const smooth = formulas.filter((outputs) =>
    inOrder(outputs).every(({ node }) => !["max", "min", "abs"].includes(node.kind)),
  );

  it("is what differences tell", () => {
    fc.assert(
      fc.property(smooth, numbers, ([output], inputs) => {
        const gradients = derivative([output], [literal(1)], [input(0), input(1), input(2)]);
        const step = 1e-6;
        gradients.forEach((gradient, position) => {
          const shifted = (by: number): number =>
            evaluated(
              output,
              inputs.map((value, at) => (at === position ? value + by : value)),
            );
          const exact = gradient ? evaluated(gradient, inputs) : 0;
          const numeric = (shifted(step) - shifted(-step)) / (2 * step);
          const scale = Math.max(1, Math.abs(exact), Math.abs(evaluated(output, inputs)));
          fc.pre(scale < 1e3);
          expect(Math.abs(exact - numeric) / scale).toBeLessThan(1e-4);
        });
      }),
      runs(150),
    );
  });

  it("of a call is what the call says, not what its body would give", () => {
    const callee: Callee = {
      name: "odd",
      body: ([x]) => x.mul(x),
      partials: ([x], output) => [x.add(output).mul(10)],
    };
    const call = expression({ kind: "call", callee }, [input(0)]);
    const [gradient] = derivative([call.mul(2)], [literal(1)], [input(0)]);
    expect(gradient && run(compile([gradient]), [3])).toEqual([2 * 10 * (3 + 9)]);
    expect(run(compile([call]), [3])).toEqual([9]);
  });

  it("leaves out inputs that have no influence", () => {
    expect(derivative([input(0).floor()], [literal(1)], [input(0), input(1)])).toEqual([undefined, undefined]);
  });

  it("discards the branch that select does not take", () => {
    const [x, y] = [input(0), input(1)];
    const [byYes, byNo] = derivative([literal(1).select(x, y)], [literal(5)], [x, y]);
    expect(byYes && byNo && inOrder([byYes, byNo]).some(({ node }) => node.kind === "mul")).toBe(false);
  });
});
