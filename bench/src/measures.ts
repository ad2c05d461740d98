import type { groups } from "./groups.js";
import { figureOf, isSteady, type Results, ratio, shareOfPeak } from "./results.js";

/** Some products. */
export type Rows = typeof groups.matmul.rows;
/** What stands for several rows. */
type Mean = (values: readonly number[]) => number;
/** The least of some numbers. */
export const least: Mean = (values) => Math.min(...values);

/** The mean, over some products, of the share of the peak that ours reaches on one thread; undefined if one was not measured. */
export const share =
  (rows: Rows, mean: Mean) =>
  (results: Results): number | undefined => {
    const found = rows.flatMap(({ name, amount }) => {
      const value = shareOfPeak(figureOf(results, "matmul", name, "ours-1"), amount);
      return value === undefined ? [] : [value];
    });
    return found.length === rows.length ? mean(found) : undefined;
  };

type Measured = readonly [row: string, contender: string];

/** What one figure of a group is of another; undefined if one was not measured, NaN if their rounds lie too far apart to tell. */
export function compared(results: Results, group: string, above: Measured, below: Measured): number | undefined {
  const pair = [above, below].map(([row, contender]) => figureOf(results, group, row, contender));
  const value = ratio(pair[0], pair[1]);
  return value === undefined || pair.every((figure) => figure && isSteady(figure)) ? value : Number.NaN;
}

/** The mean, over rows of a group, of what one contender takes over what another takes. */
export const times =
  (group: string, rows: readonly string[], [above, below]: readonly [string, string], mean: Mean = least) =>
  (results: Results): number | undefined => {
    const found = rows.flatMap((row) => {
      const value = compared(results, group, [row, above], [row, below]);
      return value === undefined ? [] : [value];
    });
    return found.length === rows.length ? mean(found) : undefined;
  };

/** What ours takes at a row on one thread, in seconds or bytes times a factor. */
export const seconds =
  (group: string, row: string, factor: number) =>
  (results: Results): number | undefined => {
    const figure = figureOf(results, group, row, "ours-1");
    return figure && figure.medians.toSorted((a, b) => a - b)[Math.floor(figure.medians.length / 2)] * factor;
  };
