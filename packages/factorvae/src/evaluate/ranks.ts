/**
 * Ranks of values, the smallest 1; ties share the mean of the ranks they cover.
 *
 * Throws when a value is NaN.
 */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const count = values.length;
  const order = new Uint32Array(count);
  for (let index = 0; index < count; index++) {
    if (Number.isNaN(values[index])) throw new Error(`averageRanks: value ${index} of ${count} is NaN`);
    order[index] = index;
  }
  order.sort((a, b) => (values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : 0));
  const ranks = new Float64Array(count);
  for (let start = 0; start < count; ) {
    let end = start + 1;
    while (end < count && values[order[end]] === values[order[start]]) end++;
    const shared = (start + 1 + end) / 2;
    for (let place = start; place < end; place++) ranks[order[place]] = shared;
    start = end;
  }
  return ranks;
}

/**
 * Pearson's correlation of two columns of equal length, in [-1, 1]; undefined where either is constant or shorter than
 * 2.
 *
 * Deviations are divided by the largest of them first, so that neither tiny nor huge values lose their squares.
 * Throws when the lengths differ.
 */
export function pearson(first: ArrayLike<number>, second: ArrayLike<number>): number | undefined {
  if (first.length !== second.length) {
    throw new Error(`pearson: the columns have ${first.length} and ${second.length} values; they must pair up`);
  }
  const x = scaledDeviations(first);
  const y = scaledDeviations(second);
  if (!x || !y) return undefined;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let index = 0; index < x.length; index++) {
    xy += x[index] * y[index];
    xx += x[index] * x[index];
    yy += y[index] * y[index];
  }
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

/** Spearman's correlation: Pearson's of the average ranks; undefined where either column is constant. */
export function spearman(first: ArrayLike<number>, second: ArrayLike<number>): number | undefined {
  return pearson(averageRanks(first), averageRanks(second));
}

/**
 * Deviations from the mean over the largest of them, or undefined for a constant column. Differences from the first
 * value are taken before the mean: they are exact for nearly equal values, whose mean would be rounded past what tells
 * them apart.
 */
function scaledDeviations(values: ArrayLike<number>): Float64Array | undefined {
  if (values.length < 2 || isConstant(values)) return undefined;
  const deviations = Float64Array.from(values, (value) => value - values[0]);
  let mean = 0;
  for (const deviation of deviations) mean += deviation / deviations.length;
  let largest = 0;
  for (let index = 0; index < deviations.length; index++) {
    deviations[index] -= mean;
    largest = Math.max(largest, Math.abs(deviations[index]));
  }
  for (let index = 0; index < deviations.length; index++) deviations[index] /= largest;
  return deviations;
}

function isConstant(values: ArrayLike<number>): boolean {
  for (let index = 1; index < values.length; index++) if (values[index] !== values[0]) return false;
  return true;
}
