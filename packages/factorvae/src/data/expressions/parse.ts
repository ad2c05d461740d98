import { ExpressionError } from "./expression-error.js";
import { scan, type Token } from "./scan.js";

/** An expression as a tree, each node with its place in the text. */
export type Node =
  | { readonly kind: "number"; readonly value: number; readonly position: number }
  | { readonly kind: "field"; readonly name: string; readonly position: number }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Node[]; readonly position: number };

/** Signs between two operands, from those that bind least; each is the operator of its own name. */
const levels: readonly (readonly string[])[] = [
  ["<", ">", "<=", ">=", "==", "!="],
  ["+", "-"],
  ["*", "/"],
];

/** Nesting beyond which an expression is refused. */
const deepest = 100;

/**
 * Reads an expression: numbers, `$field`, `Operator(a, b)`, `+ - * /`, comparisons, parentheses.
 *
 * @throws ExpressionError at the first word that does not fit
 */
export function parse(expression: string): Node {
  const tokens = scan(expression);
  let at = 0;
  let depth = 0;
  const root = ofLevel(0);
  if (tokens[at].kind !== "end") throw unexpected(tokens[at], "an operator or the end");
  return root;

  function ofLevel(level: number): Node {
    if (level === levels.length) return negated();
    let left = ofLevel(level + 1);
    while (tokens[at].kind === "sign" && levels[level].includes(tokens[at].text)) {
      const { text, position } = tokens[at++];
      left = { kind: "call", name: text, args: [left, ofLevel(level + 1)], position };
    }
    return left;
  }

  function negated(): Node {
    const { text, position } = tokens[at];
    if (text !== "-") return primary();
    at++;
    const operand = nested(negated);
    if (operand.kind === "number") return { ...operand, value: -operand.value, position };
    return { kind: "call", name: "-", args: [{ kind: "number", value: 0, position }, operand], position };
  }

  function primary(): Node {
    const token = tokens[at++];
    const { kind, text, position } = token;
    if (kind === "number") return { kind: "number", value: Number(text), position };
    if (kind === "field") return { kind: "field", name: text, position };
    if (kind === "name") return { kind: "call", name: text, args: operands(text), position };
    if (text !== "(") throw unexpected(token, "a number, a $field, an operator or a parenthesis");
    const inner = nested(() => ofLevel(0));
    expect(")");
    return inner;
  }

  function operands(name: string): Node[] {
    if (tokens[at].text !== "(") throw unexpected(tokens[at], `"(" after ${name} (a field is $${name})`);
    at++;
    const args = [nested(() => ofLevel(0))];
    while (tokens[at].text === ",") {
      at++;
      args.push(nested(() => ofLevel(0)));
    }
    expect(")");
    return args;
  }

  function nested(read: () => Node): Node {
    if (++depth > deepest)
      throw new ExpressionError("parentheses are nested too deep", expression, tokens[at].position);
    const node = read();
    depth--;
    return node;
  }

  function expect(sign: string): void {
    if (tokens[at].text !== sign) throw unexpected(tokens[at], `"${sign}"`);
    at++;
  }

  function unexpected({ kind, text, position }: Token, wanted: string): ExpressionError {
    const found = kind === "end" ? "the expression ends" : `"${kind === "field" ? `$${text}` : text}" stands`;
    return new ExpressionError(`${found} where ${wanted} is wanted`, expression, position);
  }
}
