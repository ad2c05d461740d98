/** A column of numbers whose length is not known beforehand. */
export interface GrowingColumn<A> {
  push(value: number): void;
  /** The values so far, without a copy; it is no longer updated once the column grows on. */
  values(): A;
}

const firstCapacity = 1024;

/** A growing column of float64: doubles its memory when full, so that n pushes cost O(n). */
export function growingFloat64(): GrowingColumn<Float64Array> {
  let buffer = new Float64Array(firstCapacity);
  let length = 0;
  return {
    push(value) {
      if (length === buffer.length) {
        const larger = new Float64Array(2 * length);
        larger.set(buffer);
        buffer = larger;
      }
      buffer[length++] = value;
    },
    values: () => buffer.subarray(0, length),
  };
}

/** A growing column of int32, otherwise as `growingFloat64`. */
export function growingInt32(): GrowingColumn<Int32Array> {
  let buffer = new Int32Array(firstCapacity);
  let length = 0;
  return {
    push(value) {
      if (length === buffer.length) {
        const larger = new Int32Array(2 * length);
        larger.set(buffer);
        buffer = larger;
      }
      buffer[length++] = value;
    },
    values: () => buffer.subarray(0, length),
  };
}
