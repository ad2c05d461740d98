/** A series each of whose values comes from those of others on the same date. */
export function dateByDate(
  operation: (...values: number[]) => number,
  first: Float64Array,
  ...others: readonly Float64Array[]
): Float64Array {
  const result = new Float64Array(first.length);
  const [second, third] = others;
  // Written out: an argument list for every date would cost more than the operation.
  if (others.length === 0) for (let t = 0; t < result.length; t++) result[t] = operation(first[t]);
  else if (others.length === 1) for (let t = 0; t < result.length; t++) result[t] = operation(first[t], second[t]);
  else if (others.length === 2)
    for (let t = 0; t < result.length; t++) result[t] = operation(first[t], second[t], third[t]);
  else for (let t = 0; t < result.length; t++) result[t] = operation(first[t], ...others.map((other) => other[t]));
  return result;
}

/** Values by others of the same date; `above` keeps a quotient finite where what it divides by may be 0. */
export function quotients(values: Float64Array, by: Float64Array, above = 0): Float64Array {
  const result = new Float64Array(values.length);
  for (let t = 0; t < result.length; t++) result[t] = values[t] / (by[t] + above);
  return result;
}

/** Values less others of the same date. */
export function differences(values: Float64Array, less: Float64Array): Float64Array {
  const result = new Float64Array(values.length);
  for (let t = 0; t < result.length; t++) result[t] = values[t] - less[t];
  return result;
}

/** The values `days` dates ago; NaN where the series had not begun. */
export function lagged(values: Float64Array, days: number): Float64Array {
  const result = new Float64Array(values.length).fill(Number.NaN);
  result.set(values.subarray(0, Math.max(0, values.length - days)), Math.min(days, values.length));
  return result;
}
