import { ExpressionError } from "./expression-error.js";

/** A word of an expression: a number, a name, a `$field`, or a sign. */
export interface Token {
  readonly kind: "number" | "name" | "field" | "sign" | "end";
  /** Of a field the name without `$`. */
  readonly text: string;
  readonly position: number;
}

const patterns = [
  ["number", /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy],
  ["field", /\$(?:[\p{L}_][\p{L}\p{N}_]*|"[^"]+")/uy],
  ["name", /[\p{L}_][\p{L}\p{N}_]*/uy],
  ["sign", /<=|>=|==|!=|[-+*/(),<>]/y],
] as const;

/**
 * The words of an expression, the last of them its end. A field whose name is more than letters, digits and `_` stands in
 * quotes: `$"market cap"`.
 *
 * @throws ExpressionError at a character that begins no word
 */
export function scan(expression: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < expression.length) {
    if (/\s/.test(expression[position])) {
      position++;
      continue;
    }
    const token = tokenAt(expression, position);
    if (token === undefined)
      throw new ExpressionError(`"${expression[position]}" begins nothing`, expression, position);
    tokens.push(token);
    position += token.length;
  }
  return [...tokens, { kind: "end", text: "", position }];
}

function tokenAt(expression: string, position: number): (Token & { readonly length: number }) | undefined {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = position;
    const found = pattern.exec(expression)?.[0];
    if (found === undefined) continue;
    const text = kind === "field" ? found.slice(1).replaceAll('"', "") : found;
    return { kind, text, position, length: found.length };
  }
  return undefined;
}
