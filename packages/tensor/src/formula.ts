/** The primitives that formulas are made of. Comparisons give 1 or 0; `and`, `or`, `not` and `select` read any number but 0 as true. */
export type Primitive =
  | ("add" | "sub" | "mul" | "div" | "min" | "max")
  | ("neg" | "abs" | "sqrt" | "floor" | "sign")
  | ("lt" | "le" | "eq" | "and" | "or" | "not" | "select")
  | ("exp" | "log" | "log1p" | "expm1" | "tanh" | "sin" | "cos" | "erf");

/** A formula that gives its own derivative; within other formulas it stands as one node, so that the derivative is kept. */
export interface Callee {
  readonly name: string;
  /** The formula of these arguments. */
  readonly body: (args: readonly Expression[]) => Expression;
  /** The partial derivative by each argument; `output` is the value of the call. */
  readonly partials: (args: readonly Expression[], output: Expression) => readonly Expression[];
}

/** Something that stands for a number in a formula. */
export type Term = Expression | number;

type Node =
  | { readonly kind: Primitive }
  | { readonly kind: "input"; readonly position: number }
  | { readonly kind: "literal"; readonly value: number }
  | { readonly kind: "call"; readonly callee: Callee };

const interned = new Map<string, Expression>();
const callees = new Map<Callee, number>();

function nameOf(node: Node): string {
  if (node.kind === "input") return `input ${node.position}`;
  if (node.kind === "literal") return `literal ${Object.is(node.value, -0) ? "-0" : node.value}`;
  if (node.kind !== "call") return node.kind;
  const number = callees.get(node.callee) ?? callees.size;
  callees.set(node.callee, number);
  return `call ${number}`;
}

/** The one expression of that node over these operands: equal expressions are the same object. */
export function expression(node: Node, operands: readonly Expression[] = []): Expression {
  const key = `${nameOf(node)}(${operands.map((operand) => operand.id).join(" ")})`;
  let result = interned.get(key);
  if (!result) {
    result = new Expression(node, operands, interned.size);
    interned.set(key, result);
  }
  return result;
}

/** An input of a formula, by position. */
export const input = (position: number): Expression => expression({ kind: "input", position });

/** A constant of a formula; an expression is passed through. */
export const literal = (term: Term): Expression =>
  typeof term === "number" ? expression({ kind: "literal", value: term }) : term;

const isLiteral = ({ node }: Expression, value: number): boolean => node.kind === "literal" && node.value === value;

/**
 * A number that is not known yet: what elementwise formulas compute with. Methods are named as the operations are.
 * What several formulas share is the same object, and is computed once.
 */
export class Expression {
  constructor(
    readonly node: Node,
    readonly operands: readonly Expression[],
    readonly id: number,
  ) {}

  /**
   * What `x * 2`, `x > 0` and `Math.exp(x)` ask for, and would go on with NaN instead of.
   *
   * @throws TypeError always.
   */
  [Symbol.toPrimitive](): never {
    throw new TypeError(
      "elementwise: the argument of a formula is no number yet; use the methods of expressions, as x.mul(2), x.exp() and x.gt(0).select(x, 0)",
    );
  }

  #primitive(kind: Primitive, ...others: readonly Term[]): Expression {
    return expression({ kind }, [this, ...others.map(literal)]);
  }

  /** `this + other`; itself where that is the literal 0. */
  add(other: Term): Expression {
    if (isLiteral(literal(other), 0)) return this;
    return isLiteral(this, 0) ? literal(other) : this.#primitive("add", other);
  }
  /** `this - other`. */
  sub(other: Term): Expression {
    return isLiteral(literal(other), 0) ? this : this.#primitive("sub", other);
  }
  /** `this * other`; itself where that is the literal 1. */
  mul(other: Term): Expression {
    if (isLiteral(literal(other), 1)) return this;
    return isLiteral(this, 1) ? literal(other) : this.#primitive("mul", other);
  }
  /** `this / other`. */
  div(other: Term): Expression {
    return isLiteral(literal(other), 1) ? this : this.#primitive("div", other);
  }
  /** `this < other ? other : this`: a NaN in `this` passes. */
  max(other: Term): Expression {
    return this.#primitive("max", other);
  }
  /** `other < this ? other : this`: a NaN in `this` passes. */
  min(other: Term): Expression {
    return this.#primitive("min", other);
  }
  /** `-this`. */
  neg(): Expression {
    return this.#primitive("neg");
  }
  /** `|this|`, whose derivative at 0 is 0. */
  abs(): Expression {
    return this.#primitive("abs");
  }
  /** The square root; NaN below 0. */
  sqrt(): Expression {
    return this.#primitive("sqrt");
  }
  /** The largest whole number that is not above it; its derivative is 0. */
  floor(): Expression {
    return this.#primitive("floor");
  }
  /** -1, 0 or 1; NaN at NaN. */
  sign(): Expression {
    return this.#primitive("sign");
  }
  /** e to the power of it. */
  exp(): Expression {
    return this.#primitive("exp");
  }
  /** The natural logarithm; NaN below 0. */
  log(): Expression {
    return this.#primitive("log");
  }
  /** `log(1 + this)`, exact near 0. */
  log1p(): Expression {
    return this.#primitive("log1p");
  }
  /** `exp(this) - 1`, exact near 0. */
  expm1(): Expression {
    return this.#primitive("expm1");
  }
  /** The hyperbolic tangent. */
  tanh(): Expression {
    return this.#primitive("tanh");
  }
  /** The sine, of an angle in radians. */
  sin(): Expression {
    return this.#primitive("sin");
  }
  /** The cosine, of an angle in radians. */
  cos(): Expression {
    return this.#primitive("cos");
  }
  /** The error function. */
  erf(): Expression {
    return this.#primitive("erf");
  }
  /** 1 where `this < other`, else 0. */
  lt(other: Term): Expression {
    return this.#primitive("lt", other);
  }
  /** 1 where `this <= other`, else 0. */
  le(other: Term): Expression {
    return this.#primitive("le", other);
  }
  /** 1 where `this > other`, else 0. */
  gt(other: Term): Expression {
    return literal(other).lt(this);
  }
  /** 1 where `this >= other`, else 0. */
  ge(other: Term): Expression {
    return literal(other).le(this);
  }
  /** 1 where both are equal, else 0. */
  eq(other: Term): Expression {
    return this.#primitive("eq", other);
  }
  /** 1 where neither is 0, else 0. */
  and(other: Term): Expression {
    return this.#primitive("and", other);
  }
  /** 1 where one of them is not 0, else 0. */
  or(other: Term): Expression {
    return this.#primitive("or", other);
  }
  /** 1 where it is 0, else 0. */
  not(): Expression {
    return this.#primitive("not");
  }
  /** `this ? yes : no`; the other branch is discarded whatever it holds, in derivatives too. */
  select(yes: Term, no: Term): Expression {
    return this.#primitive("select", yes, no);
  }
}
