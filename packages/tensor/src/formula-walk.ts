import { type Expression, expression } from "./formula.js";

/** All expressions below `roots` (and themselves), operands before those that use them. */
export function inOrder(roots: readonly Expression[]): Expression[] {
  const seen = new Set<Expression>();
  const visit = (node: Expression): void => {
    if (seen.has(node)) return;
    for (const operand of node.operands) visit(operand);
    seen.add(node);
  };
  for (const root of roots) visit(root);
  return [...seen];
}

/** `roots` with each expression replaced, operands first, by what `replace` makes of it (`undefined`: kept as it is). */
export function rewrite(
  roots: readonly Expression[],
  replace: (original: Expression, operands: readonly Expression[]) => Expression | undefined,
): Expression[] {
  const done = new Map<Expression, Expression>();
  const visit = (original: Expression): Expression => {
    const known = done.get(original);
    if (known) return known;
    const operands = original.operands.map(visit);
    const result = replace(original, operands) ?? expression(original.node, operands);
    done.set(original, result);
    return result;
  };
  return roots.map(visit);
}
