import { type Expression, literal, type Primitive } from "./formula.js";
import { inOrder } from "./formula-walk.js";

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

/**
 * What an expression receives: `amount` where the mask `live` holds (everywhere, if there is none), and elsewhere 0,
 * whatever `amount` is there. So the NaN of a branch that `select` discards reaches no one.
 */
interface Share {
  readonly amount: Expression;
  readonly live: Expression | undefined;
}

const negated = (mask: Expression): Expression => (mask.node.kind === "not" ? mask.operands[0] : mask.not());

const chosen = (mask: Expression, yes: Expression, no: Expression): Expression =>
  mask.node.kind === "not" ? mask.operands[0].select(no, yes) : mask.select(yes, no);

const times = ({ amount, live }: Share, partial: Expression): Share => ({ amount: amount.mul(partial), live });

const minus = ({ amount, live }: Share): Share => ({ amount: amount.neg(), live });

const within = ({ amount, live }: Share, mask: Expression): Share => ({ amount, live: live?.and(mask) ?? mask });

/** The amount everywhere, with 0 where it is not live. */
const whole = ({ amount, live }: Share): Expression => (live ? chosen(live, amount, literal(0)) : amount);

function plus(a: Share, b: Share): Share {
  if (a.live === b.live) return { amount: a.amount.add(b.amount), live: a.live };
  if (!a.live || !b.live) return { amount: whole(a).add(whole(b)), live: undefined };
  if (b.live === negated(a.live)) return { amount: chosen(a.live, a.amount, b.amount), live: undefined };
  return { amount: whole(a).add(whole(b)), live: a.live.or(b.live) };
}

/** What one expression passes on to its operands, given what it received: the chain rule for one node. */
function passed(node: Expression, received: Share): readonly (Share | undefined)[] {
  const { operands } = node;
  switch (node.node.kind) {
    case "input":
    case "literal":
      return [];
    case "select": {
      const [mask] = operands;
      return [undefined, within(received, mask), within(received, negated(mask))];
    }
    case "neg":
      return [minus(received)];
    case "sub":
      return [received, minus(received)];
    case "call":
      return node.node.callee.partials(operands, node).map((partial) => times(received, partial));
    default:
      return partials[node.node.kind](operands, node).map((partial) => partial && times(received, partial));
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
  const received = new Map<Expression, Share>();
  const add = (node: Expression, share: Share): void => {
    const before = received.get(node);
    received.set(node, before ? plus(before, share) : share);
  };
  outputs.forEach((output, at) => {
    add(output, { amount: cotangents[at], live: undefined });
  });
  for (const node of inOrder(outputs).reverse()) {
    const share = received.get(node);
    if (!share) continue;
    passed(node, share).forEach((part, at) => {
      if (part) add(node.operands[at], part);
    });
  }
  return inputs.map((input) => {
    const share = received.get(input);
    return share && whole(share);
  });
}
