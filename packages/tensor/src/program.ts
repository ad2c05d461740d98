import { type Expression, input, type Primitive } from "./formula.js";
import { inOrder, rewrite } from "./formula-walk.js";

/** One step of a program: a primitive of some registers, to a register. */
export interface Step {
  readonly kind: Primitive;
  readonly from: readonly number[];
  readonly to: number;
}

/**
 * A formula as straight-line code over registers, the form that backends take. Registers are used again once nothing
 * needs them. The loads come first.
 */
export interface Program {
  /** Registers that an input is loaded to; inputs that nothing needs are not loaded. */
  readonly loads: readonly { readonly input: number; readonly to: number }[];
  /** Registers that hold a constant throughout. */
  readonly literals: readonly { readonly value: number; readonly to: number }[];
  readonly steps: readonly Step[];
  /** The register of each output; they stay untouched to the end. */
  readonly outputs: readonly number[];
  readonly registers: number;
  /** Equal for equal programs: what kernels are cached by. */
  readonly key: string;
}

/** The formula with each call replaced by what it stands for. */
function inlined(roots: readonly Expression[]): Expression[] {
  const result = rewrite(roots, ({ node }, operands) =>
    node.kind === "call" ? inlined([node.callee.body(operands)])[0] : undefined,
  );
  return result;
}

/** The positions of the inputs that a formula needs, ascending. */
export function inputsOf(roots: readonly Expression[]): number[] {
  const positions = inOrder(inlined(roots)).flatMap(({ node }) => (node.kind === "input" ? [node.position] : []));
  return positions.sort((a, b) => a - b);
}

/** The formula with its inputs renumbered: the input at `positions[i]` becomes input `i`. */
export function renumbered(roots: readonly Expression[], positions: readonly number[]): Expression[] {
  return rewrite(roots, ({ node }) => (node.kind === "input" ? input(positions.indexOf(node.position)) : undefined));
}

/** Makes the program of a formula with these outputs. */
export function compile(roots: readonly Expression[]): Program {
  const outputs = inlined(roots);
  const order = inOrder(outputs);
  const lastUse = new Map<Expression, number>();
  order.forEach((node, at) => {
    for (const operand of node.operands) lastUse.set(operand, at);
  });
  for (const output of outputs) lastUse.set(output, order.length);

  const register = new Map<Expression, number>();
  const free: number[] = [];
  let registers = 0;
  const at = (node: Expression): number => register.get(node) ?? -1;
  const loads: { input: number; to: number }[] = [];
  const literals: { value: number; to: number }[] = [];
  for (const expression of order) {
    const { node } = expression;
    if (node.kind !== "input" && node.kind !== "literal") continue;
    const to = registers++;
    register.set(expression, to);
    if (node.kind === "input") loads.push({ input: node.position, to });
    else literals.push({ value: node.value, to });
  }
  const steps: Step[] = [];
  order.forEach((expression, time) => {
    const { kind } = expression.node;
    if (kind === "input" || kind === "literal" || kind === "call") return;
    const from = expression.operands.map(at);
    for (const operand of new Set(expression.operands))
      if (lastUse.get(operand) === time && operand.node.kind !== "literal") free.push(at(operand));
    const to = free.pop() ?? registers++;
    register.set(expression, to);
    steps.push({ kind, from, to });
  });
  const program = { loads, literals, steps, outputs: outputs.map(at), registers };
  // JSON has neither -0 nor infinities nor NaN.
  const numbers = literals.map(({ value }) => (Object.is(value, -0) ? "-0" : `${value}`));
  return { ...program, key: JSON.stringify([program, numbers]) };
}
