/** A matrix among doubles: element `[i, j]` stands at `at + i * row + j * column`. */
export interface Block {
  readonly at: number;
  readonly row: number;
  readonly column: number;
}

/** The same with rows whose elements stand one behind the other. */
export type Rows = Omit<Block, "column">;

/** The sizes of a product of matrices, `[rows, count] x [count, width]`. */
export interface ProductSize {
  readonly rows: number;
  readonly width: number;
  readonly count: number;
}

/** `to -= factors x from`: what is subtracted from an element is rounded, and goes in the order of `count`. */
export type Subtract = (size: ProductSize, to: Rows, factors: Block, from: Rows) => void;

/** Subtraction in plain loops, four products at a time, so that a number is read and written once for four of them. */
export const subtractionOn =
  (values: Float64Array): Subtract =>
  ({ rows, width, count }, to, factors, from) => {
    for (let row = 0; row < rows; row++) {
      const own = to.at + row * to.row;
      let at = factors.at + row * factors.row;
      let first = from.at;
      let left = count;
      for (; left >= 4; left -= 4) {
        const [a, b] = [values[at], values[at + factors.column]];
        const [c, d] = [values[at + 2 * factors.column], values[at + 3 * factors.column]];
        const [second, third, fourth] = [first + from.row, first + 2 * from.row, first + 3 * from.row];
        for (let i = 0; i < width; i++)
          values[own + i] =
            values[own + i] -
            a * values[first + i] -
            b * values[second + i] -
            c * values[third + i] -
            d * values[fourth + i];
        at += 4 * factors.column;
        first += 4 * from.row;
      }
      for (; left > 0; left--) {
        const factor = values[at];
        for (let i = 0; i < width; i++) values[own + i] -= factor * values[first + i];
        at += factors.column;
        first += from.row;
      }
    }
  };
