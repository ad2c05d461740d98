import { type Callee, Expression, expression, input, literal, type Term } from "./formula.js";
import { checkCount, type FormulaOp, formulaOp } from "./formula-op.js";
import { apply } from "./op.js";
import { checkFunction, checkTensor, described } from "./operand.js";
import { scalar } from "./ops/creation.js";
import type { Shape } from "./shape.js";
import { type Operand, Tensor } from "./tensor.js";

const isTensor = (operand: Tensor | Term): operand is Tensor => operand instanceof Tensor;

/** A formula: a plain function of expressions, with one result or several. */
type Formula<Args extends readonly Expression[], Result> = (...args: Args) => Result;

type Results<Result, S extends Shape> = Result extends Expression
  ? Tensor<S>
  : { readonly [I in keyof Result]: Tensor<S> };

/**
 * An elementwise operation. On tensors it computes: the first operand gives the shape, the others are numbers or
 * broadcast to it; so the types say, while at run time each operand broadcasts to the others, the first one too. On
 * expressions it is part of another formula.
 */
export interface Elementwise<Args extends readonly Expression[], Result> {
  // Tensors come last: where no overload fits, the compiler explains the last one.
  (...terms: { [I in keyof Args]: Term }): Result;
  <S extends Shape>(
    ...operands: Args extends readonly [Expression, ...infer Rest]
      ? [first: Tensor<S>, ...rest: { [I in keyof Rest]: Operand<NoInfer<S>> }]
      : never
  ): Results<Result, S>;
  readonly op: FormulaOp;
}

type Partials<Args extends readonly Expression[]> = {
  readonly [I in keyof Args]: (...args: [...Args, output: Expression]) => Term;
};

/**
 * Defines an elementwise operation by its formula. The derivative is derived, or given as `d`: one partial derivative
 * per argument, each a formula of the arguments and of the output (needed at a kink, a cancellation or an overflow).
 * A formula of several results has no `d`: write its parts as formulas that have one. The operation takes as many operands
 * as the formula has parameters, and throws a TypeError otherwise; parameters with a default, and those after them, and
 * rest parameters do not count.
 *
 * @throws TypeError if the name is none, or the formula no function; when it is first used, if it gives no expressions.
 *
 * @example const softsign = elementwise("softsign", (x) => x.div(x.abs().add(1)));
 */
/* @__NO_SIDE_EFFECTS__ */
export function elementwise<
  Args extends readonly Expression[],
  Result extends Expression | readonly Expression[] = Expression,
>(
  name: string,
  formula: Formula<Args, Result>,
  options?: { readonly d?: Result extends Expression ? Partials<Args> : never },
): Elementwise<Args, Result>;
/* @__NO_SIDE_EFFECTS__ */
export function elementwise(
  name: string,
  formula: (...args: never) => Expression | readonly Expression[],
  options?: { readonly d?: readonly ((...args: never) => Term)[] },
): unknown {
  if (typeof name !== "string")
    throw new TypeError(
      `elementwise: a name comes first, as in elementwise("double", (x) => x.mul(2)), not ${described(name)}`,
    );
  checkFunction("elementwise", formula);
  const d = options?.d;
  const arity = formula.length;
  if (d && d.length !== arity)
    throw new TypeError(`${name}: ${arity} arguments need as many partial derivatives, not ${d.length}`);
  const evaluate = (args: readonly Expression[]): Expression | readonly Expression[] => {
    const results = formula(...(args as never));
    for (const result of [results].flat())
      if (!(result instanceof Expression))
        throw new TypeError(
          `${name}: a formula gives an expression, or an array of such, not ${described(result)}; did you forget to return it?`,
        );
    return results;
  };
  const callee: Callee | undefined = d && {
    name,
    body: (args) => {
      const result = evaluate(args);
      if (!(result instanceof Expression)) throw new TypeError(`${name}: a formula of several results has no d`);
      return result;
    },
    partials: (args, output) => d.map((partial) => literal(partial(...([...args, output] as never)))),
  };
  const build = (args: readonly Expression[]): Expression | readonly Expression[] =>
    callee ? expression({ kind: "call", callee }, args) : evaluate(args);
  let record: FormulaOp | undefined;
  const op = (): FormulaOp => {
    record ??= formulaOp(name, arity, [build(Array.from({ length: arity }, (_, position) => input(position)))].flat());
    return record;
  };
  const call = (...operands: readonly (Tensor | Term)[]): unknown => {
    checkCount(name, arity, operands.length);
    if (!operands.some(isTensor)) {
      for (const [at, operand] of operands.entries())
        if (typeof operand !== "number" && !(operand instanceof Expression)) checkTensor(name, operand, at);
      return build(operands.flatMap((operand) => (isTensor(operand) ? [] : [literal(operand)])));
    }
    const results = apply(op(), operands.every(isTensor) ? operands : operands.map(toTensor), undefined);
    return results.length === 1 ? results[0] : results;
  };
  return Object.defineProperty(call, "op", { get: op });

  function toTensor(operand: Tensor | Term): Tensor {
    if (operand instanceof Expression) throw new TypeError(`${name}: tensors and expressions do not mix`);
    return typeof operand === "number" ? scalar(operand) : operand;
  }
}
