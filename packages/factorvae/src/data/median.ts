/**
 * The exact median: the middle value, or the mean of the two middle ones. Reorders `values`. NaN for no values.
 *
 * Hoare's selection, in linear time on average; `values` must hold no NaN.
 */
export function medianInPlace(values: Float32Array | Float64Array): number {
  const count = values.length;
  if (count === 0) return Number.NaN;
  const middle = count >> 1;
  const upper = selectInPlace(values, middle);
  if (count % 2 === 1) return upper;
  // Selection leaves everything before `middle` at or below it: the lower middle value is the largest there.
  let lower = values[0];
  for (let i = 1; i < middle; i++) if (values[i] > lower) lower = values[i];
  return lower === upper ? upper : lower + (upper - lower) / 2;
}

/**
 * The quantile at `share` (0 to 1), linear between the two nearest ranks. Reorders `values`, which must hold no NaN; NaN for no
 * values.
 */
export function quantileInPlace(values: Float32Array | Float64Array, share: number): number {
  if (values.length === 0) return Number.NaN;
  const place = share * (values.length - 1);
  const rank = Math.floor(place);
  const lower = selectInPlace(values, rank);
  if (place === rank) return lower;
  // Selection leaves everything after `rank` at or above it: the next value is the smallest there.
  let upper = values[rank + 1];
  for (let i = rank + 2; i < values.length; i++) if (values[i] < upper) upper = values[i];
  return lower + (place - rank) * (upper - lower);
}

/** Moves the value of rank `rank` (0 = smallest) to its place, smaller ones before it, and returns it. */
function selectInPlace(values: Float32Array | Float64Array, rank: number): number {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = middleOfThree(values[left], values[(left + right) >> 1], values[right]);
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const swapped = values[i];
      values[i++] = values[j];
      values[j--] = swapped;
    }
    if (rank <= j) right = j;
    else if (rank >= i) left = i;
    else break;
  }
  return values[rank];
}

function middleOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
