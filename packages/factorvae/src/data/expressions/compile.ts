import { nearestName } from "../../spelling.js";
import { dateByDate } from "../operators/series.js";
import { ExpressionError } from "./expression-error.js";
import { longestWindow, operators } from "./operators.js";
import { type Node, parse } from "./parse.js";

/** What a series is computed from on one stock: its fields, and what was computed of them already. */
export interface Evaluation {
  readonly field: (name: string) => Float64Array;
  /** Series by the text of what they are, shared by all expressions of the stock. */
  readonly known: Map<string, Float64Array>;
}

/** An expression that can be evaluated. */
export interface Compiled {
  /** Dates before its own that a value reads. */
  readonly lookBack: number;
  /** The fields that it reads, each once. */
  readonly fields: readonly string[];
  readonly of: (evaluation: Evaluation) => Float64Array;
}

/** A part of an expression: a number, or a series. */
type Part = { readonly number: number } | (Compiled & { readonly text: string });

/**
 * Makes a feature of an expression such as `Mean($close, 5) / $close`.
 *
 * @throws ExpressionError, which points at the character, for what is no expression, an unknown operator, operands of the
 *   wrong number or kind, a window that is no whole number of dates or looks ahead, or an expression without a field
 */
export function compileExpression(expression: string): Compiled {
  const part = partOf(parse(expression), expression);
  if ("number" in part) throw new ExpressionError("an expression needs a $field, this is a number", expression, 0);
  return part;
}

function partOf(node: Node, expression: string): Part {
  if (node.kind === "number") return { number: node.value };
  if (node.kind === "field") {
    const { name } = node;
    return { text: `$${name}`, lookBack: 0, fields: [name], of: ({ field }) => field(name) };
  }
  const operator = Object.hasOwn(operators, node.name) ? operators[node.name] : undefined;
  if (operator === undefined) throw unknownOperator(node.name, expression, node.position);
  const wanted = operator.kind === "pointwise" ? operator.operands : operator.series + 1 + operator.numbers;
  if (node.args.length !== wanted)
    throw new ExpressionError(
      `${node.name} takes ${wanted} operands, not ${node.args.length}`,
      expression,
      node.position,
    );
  const parts = node.args.map((arg) => partOf(arg, expression));
  const text = `${node.name}(${parts.map((part) => ("number" in part ? part.number : part.text)).join(",")})`;
  if (operator.kind === "pointwise") return pointwise(operator.of, parts, text);

  const series = parts.slice(0, operator.series).map((part, at) => {
    if (!("number" in part)) return part;
    throw new ExpressionError(`${node.name} needs a series, not a number`, expression, node.args[at].position);
  });
  const [days, share = 0] = parts.slice(operator.series).map((part, at) => {
    if ("number" in part) return part.number;
    throw new ExpressionError(`${node.name} needs a number here`, expression, node.args[operator.series + at].position);
  });
  const place = node.args[operator.series].position;
  if (days < 0)
    throw new ExpressionError(`${node.name} by ${days} dates would look into the future`, expression, place);
  if (!Number.isInteger(days) || days < operator.least || days > longestWindow)
    throw new ExpressionError(
      `${node.name} needs a whole number of dates, ${operator.least} to ${longestWindow}, not ${days}`,
      expression,
      place,
    );
  if (!(share >= 0 && share <= 1))
    throw new ExpressionError(`a share lies between 0 and 1, not ${share}`, expression, node.args[wanted - 1].position);
  return {
    text,
    lookBack: operator.lookBack(days) + longest(series),
    fields: fieldsOf(series),
    of: (evaluation) =>
      once(evaluation, text, () =>
        operator.of(
          series.map((part) => part.of(evaluation)),
          days,
          share,
        ),
      ),
  };
}

function pointwise(of: (...values: number[]) => number, parts: readonly Part[], text: string): Part {
  const series = parts.flatMap((part) => ("number" in part ? [] : [part]));
  if (series.length === 0) return { number: of(...parts.flatMap((part) => ("number" in part ? [part.number] : []))) };
  return {
    text,
    lookBack: longest(series),
    fields: fieldsOf(series),
    of: (evaluation) =>
      once(evaluation, text, () => {
        const known = parts.map((part) => ("number" in part ? part.number : part.of(evaluation)));
        const dates = Math.max(...known.map((part) => (typeof part === "number" ? 0 : part.length)));
        const [first, ...others] = known.map((part) =>
          typeof part === "number" ? new Float64Array(dates).fill(part) : part,
        );
        return dateByDate(of, first, ...others);
      }),
  };
}

function once({ known }: Evaluation, text: string, compute: () => Float64Array): Float64Array {
  const before = known.get(text);
  if (before) return before;
  const values = compute();
  known.set(text, values);
  return values;
}

const longest = (parts: readonly Compiled[]): number => Math.max(...parts.map(({ lookBack }) => lookBack));
const fieldsOf = (parts: readonly Compiled[]): readonly string[] => [...new Set(parts.flatMap(({ fields }) => fields))];

function unknownOperator(name: string, expression: string, position: number): ExpressionError {
  const names = Object.keys(operators).filter((known) => /^[A-Z]/.test(known));
  const alike = nearestName(name, names);
  const hint = alike ? `did you mean "${alike}"?` : `there are ${names.join(", ")}`;
  return new ExpressionError(`there is no operator "${name}"; ${hint}`, expression, position);
}
