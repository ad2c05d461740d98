import { fold, type Key, normalValues, uniformValues } from "@factorvae/tensor";

/** `count` draws from Student's t with a whole number of `degrees` > 2 of freedom, scaled to unit variance. */
export function studentValues(stream: Key, count: number, degrees: number): Float64Array {
  const normals = normalValues(stream, count * (degrees + 1));
  const scale = Math.sqrt(degrees - 2);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let chiSquared = 0;
    for (let j = 1; j <= degrees; j++) chiSquared += normals[j * count + i] ** 2;
    values[i] = (normals[i] * scale) / Math.sqrt(chiSquared);
  }
  return values;
}

/** `count` draws from the exponential distribution of mean 1. */
export function exponentialValues(stream: Key, count: number): Float64Array {
  return uniformValues(stream, count).map((u) => -Math.log(1 - u));
}

/**
 * Stationary first-order autoregressions of zero mean, `count` of them side by side, as `[length, count]`: each day is
 * `persistence` times the day before plus a normal surprise, and has the given standard deviation throughout.
 *
 * A day's surprises depend on the key and the day alone, so a longer path begins with the shorter one.
 */
export function autoregressivePaths(
  stream: Key,
  length: number,
  count: number,
  persistence: number,
  deviation: number,
): Float64Array {
  const paths = new Float64Array(length * count);
  const surprise = deviation * Math.sqrt(1 - persistence * persistence);
  for (let day = 0; day < length; day++) {
    const normals = normalValues(fold(stream, day), count);
    for (let i = 0; i < count; i++) {
      const at = day * count + i;
      paths[at] = day === 0 ? deviation * normals[i] : persistence * paths[at - count] + surprise * normals[i];
    }
  }
  return paths;
}
