import type { Value } from "./backend/backend.js";
import { derivative } from "./derivative.js";
import { type Callee, Expression, expression, input, literal, rewrite, type Term } from "./formula.js";
import { contiguous, isContiguous, type Layout } from "./layout.js";
import { apply, type Op, type Pullback } from "./op.js";
import { checkTensor } from "./operand.js";
import { scalar } from "./ops/creation.js";
import { compile, inputsOf, type Program, renumbered } from "./program.js";
import { broadcastShapes, type Shape } from "./shape.js";
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

/** The record of an elementwise operation. */
export interface FormulaOp extends Op<undefined> {
  /** The formula as the straight-line program that kernels are made of. */
  readonly program: () => Program;
}

/** The operation of a formula: its kernel, its derivative and the derivative's own operation all come from the graph. */
function formulaOp(name: string, arity: number, results: readonly Expression[]): FormulaOp {
  let compiled: Program | undefined;
  const program = (): Program => {
    compiled ??= compile(results);
    return compiled;
  };
  const rules = new Map<number | string, Backward>();
  return {
    name,
    program,
    shape: (shapes) => {
      checkCount(name, arity, shapes.length);
      const shape = broadcastShapes(name, shapes);
      return results.length === 1 ? [shape] : ofEach(results, shape);
    },
    forward: (backend, inputs, _, shapes) => {
      const shape = shapes[0];
      const layout = plainLayout(inputs, shape);
      return backend.map(program(), inputs, shape).map((storage) => ({ storage, layout }));
    },
    vjp: (pullback) => {
      const mask = bits(pullback.needed, pullback.reached);
      let rule = rules.get(mask);
      if (!rule) {
        rule = backwardOf(name, arity, results, pullback);
        rules.set(mask, rule);
      }
      return rule(pullback);
    },
  };
}

function checkCount(name: string, arity: number, found: number): void {
  if (found !== arity)
    throw new TypeError(`${name}: ${arity} ${arity === 1 ? "operand is" : "operands are"} needed, not ${found}`);
}

const ofEach = (results: readonly Expression[], shape: Shape): readonly Shape[] => results.map(() => shape);

/** The layout of a fresh result: that of an input, where one stands so already. */
function plainLayout(inputs: readonly Value[], shape: Shape): Layout {
  for (let at = 0; at < inputs.length; at++) {
    const { layout } = inputs[at];
    if (layout.shape === shape && layout.offset === 0 && isContiguous(layout)) return layout;
  }
  return contiguous(shape);
}

/** Flags that a number holds exactly beside the 1 in front of them. */
const mostBits = 52;

/** Truth values as the bits of a number, or as text where there are too many of them. */
function bits(first: readonly boolean[], second: readonly boolean[]): number | string {
  if (first.length + second.length > mostBits) return [...first, ...second].map(Number).join("");
  let mask = 1;
  for (let at = 0; at < first.length; at++) mask = 2 * mask + (first[at] ? 1 : 0);
  for (let at = 0; at < second.length; at++) mask = 2 * mask + (second[at] ? 1 : 0);
  return mask;
}

type Backward = (pullback: Pullback<undefined>) => readonly (Tensor | undefined)[];

/**
 * The pull-back of a formula as one operation of inputs, outputs and received gradients, which gives the gradient of all
 * inputs in `needed` at once, from the outputs in `reached`. What the forward pass has computed already is taken from the
 * outputs.
 */
function backwardOf(
  name: string,
  arity: number,
  results: readonly Expression[],
  { needed, reached }: Pick<Pullback<undefined>, "needed" | "reached">,
): Backward {
  const outputAt = (at: number): Expression => input(arity + at);
  const cotangents = results.map((_, at) => input(arity + results.length + at));
  const symbols = Array.from({ length: arity }, (_, position) => input(position));
  const ofReached = <T>(list: readonly T[]): T[] => list.filter((_, at) => reached[at]);
  const gradients = derivative(ofReached(results), ofReached(cotangents), symbols).map((gradient, at) =>
    needed[at] ? gradient : undefined,
  );
  // A gradient that is what an output received needs no computing.
  const passedOn = gradients.map((gradient) => (gradient ? cotangents.indexOf(gradient) : -1));
  const computed = gradients.flatMap((gradient, at) => (gradient && passedOn[at] < 0 ? [gradient] : []));
  const known = (node: Expression): Expression | undefined => {
    const at = node.node.kind === "input" || node.node.kind === "literal" ? -1 : results.indexOf(node);
    return at < 0 ? undefined : outputAt(at);
  };
  const formulas = rewrite(computed, known);
  const positions = inputsOf(formulas);
  const op = formulaOp(`${name}.vjp`, positions.length, renumbered(formulas, positions));
  const madeAt = gradients.map((gradient) => (gradient ? computed.indexOf(gradient) : -1));
  return (pullback) => {
    const { gradients: received } = pullback;
    const operands = positions.map((position) => operandAt(pullback, position));
    const made = computed.length > 0 ? apply(op, operands, undefined) : [];
    return gradients.map((gradient, at) => {
      if (!gradient) return undefined;
      return madeAt[at] < 0 ? received[passedOn[at]] : made[madeAt[at]];
    });
  };
}

/** An operand of a pull-back by its position among inputs, outputs and received gradients. */
function operandAt({ inputs, outputs, gradients }: Pullback<undefined>, position: number): Tensor {
  const among = position - inputs.length;
  if (among < 0) return inputs[position];
  return among < outputs.length ? outputs[among] : gradients[among - outputs.length];
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
  const d = options?.d;
  const arity = formula.length;
  if (d && d.length !== arity)
    throw new TypeError(`${name}: ${arity} arguments need as many partial derivatives, not ${d.length}`);
  const evaluate = (args: readonly Expression[]): Expression | readonly Expression[] => formula(...(args as never));
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
