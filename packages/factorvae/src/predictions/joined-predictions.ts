import type { Predictions } from "./predictions.js";

/** Predictions one after the other, at least one: with a risk and a target where the first has them. */
export function joinedPredictions(parts: readonly Predictions[]): Predictions {
  if (parts.length === 1) return parts[0];
  const rows = parts.reduce((sum, { date }) => sum + date.length, 0);
  const numbers = (pick: (part: Predictions) => Float64Array | undefined): Float64Array => {
    const all = new Float64Array(rows);
    let next = 0;
    for (const part of parts) {
      all.set(pick(part) ?? [], next);
      next += part.date.length;
    }
    return all;
  };
  const [{ risk, target }] = parts;
  return {
    date: parts.flatMap(({ date }) => date),
    symbol: parts.flatMap(({ symbol }) => symbol),
    score: numbers(({ score }) => score),
    ...(risk && { risk: numbers((part) => part.risk) }),
    label: numbers(({ label }) => label),
    split: parts.flatMap(({ split }) => split),
    ...(target && { target: numbers((part) => part.target) }),
  };
}
