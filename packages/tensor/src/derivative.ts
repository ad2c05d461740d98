import { type Expression, inOrder, literal, type Primitive } from "./formula.js";

type Rule = (operands: readonly Expression[], output: Expression) => readonly (Expression | undefined)[];

const half = 0.5;
const twoOverRootPi = 2 / Math.sqrt(Math.PI);
const constant: Rule = () => [];

/** Where `a` wins over `b` 1, where they tie one half, elsewhere 0. */
const winner = (a: Expression, b: Expression): Expression => a.gt(b).select(1, a.eq(b).select(half, 0));

/** The partial derivative of each primitive by its operands; left out where it is zero everywhere. */
const partials: { readonly [kind in Exclude<Primitive, "select">]: Rule } = {
  add: () => [literal(1), literal(1)],
  sub: () => [literal(1), literal(-1)],
  mul: ([a, b]) => [b, a],
  div: ([, b], output) => [literal(1).div(b), output.div(b).neg()],
  max: ([a, b]) => [winner(a, b), winner(b, a)],
  min: ([a, b]) => [winner(b, a), winner(a, b)],
  neg: () => [literal(-1)],
  abs: ([x]) => [x.sign()],
  sqrt: (_, output) => [literal(half).div(output)],
  floor: constant,
  sign: constant,
  lt: constant,
  le: constant,
  eq: constant,
  and: constant,
  or: constant,
  not: constant,
  exp: (_, output) => [output],
  log: ([x]) => [literal(1).div(x)],
  log1p: ([x]) => [literal(1).div(x.add(1))],
  expm1: (_, output) => [output.add(1)],
  tanh: (_, output) => [literal(1).sub(output.mul(output))],
  sin: ([x]) => [x.cos()],
  cos: ([x]) => [x.sin().neg()],
  erf: ([x]) => [x.mul(x).neg().exp().mul(twoOverRootPi)],
};

/** What one expression passes on to its operands, given what it received: the chain rule for one node. */
function passed(node: Expression, received: Expression): readonly (Expression | undefined)[] {
  const { operands } = node;
  switch (node.node.kind) {
    case "input":
    case "literal":
      return [];
    case "select": {
      const [mask] = operands;
      return [undefined, mask.select(received, 0), mask.select(0, received)];
    }
    case "neg":
      return [received.neg()];
    case "sub":
      return [received, received.neg()];
    case "call":
      return node.node.callee.partials(operands, node).map((partial) => received.mul(partial));
    default:
      return partials[node.node.kind](operands, node).map((partial) => partial && received.mul(partial));
  }
}

/**
 * The derivative of `sum_j cotangents[j] * outputs[j]` by each of `inputs`, as expressions: reverse mode, symbolically.
 * `undefined` where an input has no influence that differs from zero.
 */
export function derivative(
  outputs: readonly Expression[],
  cotangents: readonly Expression[],
  inputs: readonly Expression[],
): (Expression | undefined)[] {
  const received = new Map<Expression, Expression>();
  const add = (node: Expression, amount: Expression): void => {
    received.set(node, received.get(node)?.add(amount) ?? amount);
  };
  outputs.forEach((output, at) => {
    add(output, cotangents[at]);
  });
  for (const node of inOrder(outputs).reverse()) {
    const amount = received.get(node);
    if (!amount) continue;
    passed(node, amount).forEach((share, at) => {
      if (share) add(node.operands[at], share);
    });
  }
  return inputs.map((input) => received.get(input));
}
