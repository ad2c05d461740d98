import fc from "fast-check";
import { type Expression, expression, input, literal, type Primitive } from "../src/formula.js";

const truth = (value: boolean): number => (value ? 1 : 0);

/** The primitives whose results are exact, or rounded once, by their definition. */
const exact: { readonly [kind in Primitive]?: (...operands: readonly number[]) => number } = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: (a, b) => (b < a ? b : a),
  max: (a, b) => (a < b ? b : a),
  neg: (a) => -a,
  abs: Math.abs,
  sqrt: Math.sqrt,
  floor: Math.floor,
  sign: Math.sign,
  lt: (a, b) => truth(a < b),
  le: (a, b) => truth(a <= b),
  eq: (a, b) => truth(a === b),
  and: (a, b) => truth(a !== 0 && b !== 0),
  or: (a, b) => truth(a !== 0 || b !== 0),
  not: (a) => truth(a === 0),
  select: (a, b, c) => (a !== 0 ? b : c),
};

const kinds = Object.keys(exact) as readonly Primitive[];
const literals = [0, -0, 1, -1, 0.5, 3, Number.POSITIVE_INFINITY, Number.NaN];

/** The value of an expression at these inputs, with each step rounded to float32. */
export function evaluated(root: Expression, inputs: readonly number[]): number {
  const { node, operands } = root;
  if (node.kind === "input") return inputs[node.position];
  if (node.kind === "literal") return node.value;
  const definition = node.kind === "call" ? undefined : exact[node.kind];
  if (!definition) throw new Error(`${node.kind} is not exact`);
  return Math.fround(definition(...operands.map((operand) => evaluated(operand, inputs))));
}

const step = fc.record({
  kind: fc.constantFrom(...kinds),
  from: fc.array(fc.nat(20), { minLength: 3, maxLength: 3 }),
});

/** Formulas of so many inputs at random, of exact primitives; one to three results. */
export const formulas = (inputs: number): fc.Arbitrary<readonly Expression[]> =>
  fc
    .record({
      steps: fc.array(step, { minLength: 1, maxLength: 9 }),
      literal: fc.constantFrom(...literals),
      results: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ steps, literal: value, results }) => {
      const made = [...Array.from({ length: inputs }, (_, position) => input(position)), literal(value)];
      for (const { kind, from } of steps) {
        const operands = from.slice(0, exact[kind]?.length).map((position) => made[position % made.length]);
        made.push(expression({ kind }, operands));
      }
      return made.slice(-results);
    });
