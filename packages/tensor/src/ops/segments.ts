import type { Value } from "../backend/current.js";
import { narrow, select } from "../layout.js";
import { formatShape, type Shape, ShapeError } from "../shape.js";

/** How many rows each segment has, in order: the stocks of each of several days, stacked along the first axis. */
export interface Segments {
  readonly rows: readonly number[];
}

/**
 * Checks that the segments make up the first axis of a shape.
 *
 * @throws ShapeError if they do not.
 */
export function checkRows(operation: string, shape: Shape, rows: readonly number[]): void {
  const total = rows.reduce((sum, count) => sum + count, 0);
  if (rows.some((count) => !Number.isInteger(count) || count < 0) || total !== shape[0])
    throw new ShapeError(
      operation,
      `segments of [${rows}] rows do not make up the first axis of ${formatShape(shape)}`,
      [shape],
    );
}

/** The rows of each segment, as views. */
export function views(value: Value, rows: readonly number[]): Value[] {
  let end = 0;
  return rows.map((count) => {
    end += count;
    return { storage: value.storage, layout: narrow(value.layout, 0, end - count, end) };
  });
}

/** Slice `index` of the first axis, as a view. */
export const row = ({ storage, layout }: Value, index: number): Value => ({
  storage,
  layout: select(layout, 0, index),
});
