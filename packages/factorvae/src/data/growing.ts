/** A column of numbers whose length is not known beforehand. */
export interface GrowingColumn<A> {
  push(value: number): void;
  /** How many values there are. */
  length(): number;
  /** Cuts the column to a length, or fills it up to one: with NaN where it can hold NaN, else with 0. */
  resize(length: number): void;
  /** The values so far, without a copy; it is no longer updated once the column grows on. */
  values(): A;
}

const firstCapacity = 1024;

/** A growing column of float64: doubles its memory when full, so that n pushes cost O(n). */
export function growingFloat64(): GrowingColumn<Float64Array> {
  let buffer = new Float64Array(firstCapacity);
  let length = 0;
  const grow = (least: number) => {
    const larger = new Float64Array(Math.max(least, 2 * buffer.length));
    larger.set(buffer);
    buffer = larger;
  };
  return {
    push(value) {
      if (length === buffer.length) grow(length + 1);
      buffer[length++] = value;
    },
    length: () => length,
    resize(target) {
      if (target > buffer.length) grow(target);
      if (target > length) buffer.fill(Number.NaN, length, target);
      length = target;
    },
    values: () => buffer.subarray(0, length),
  };
}

/** A growing column of int32, otherwise as `growingFloat64`. */
export function growingInt32(): GrowingColumn<Int32Array> {
  let buffer = new Int32Array(firstCapacity);
  let length = 0;
  const grow = (least: number) => {
    const larger = new Int32Array(Math.max(least, 2 * buffer.length));
    larger.set(buffer);
    buffer = larger;
  };
  return {
    push(value) {
      if (length === buffer.length) grow(length + 1);
      buffer[length++] = value;
    },
    length: () => length,
    resize(target) {
      if (target > buffer.length) grow(target);
      if (target > length) buffer.fill(0, length, target);
      length = target;
    },
    values: () => buffer.subarray(0, length),
  };
}
