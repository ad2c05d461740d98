import {
  type Dim,
  type Expression,
  elementwise,
  formatShape,
  type Mat,
  ShapeError,
  segmentRepeat,
  segmentSum,
  tensor,
} from "@factorvae/tensor";
import { checkEach } from "../elements.js";

type E = Expression;

/** The share of a score in its group's total; where nothing has scored, `even` instead. */
const shareOf = elementwise("shareOf", (score: E, total: E, even: E) => {
  const dead = total.eq(0);
  // Replaced before the division, so that no infinite derivative meets the discarded branch.
  return dead.select(even, score.div(dead.select(1, total)));
});

/**
 * Checks that groups, each of some rows, make up the rows.
 *
 * @throws ShapeError that names the operation, if they do not.
 */
export function checkGroups(operation: string, groups: readonly number[], rows: number): void {
  const total = groups.reduce((sum, count) => sum + count, 0);
  if (total !== rows || !groups.every((count) => Number.isInteger(count) && count > 0))
    throw new ShapeError(
      operation,
      `groups must be whole numbers of at least 1 that add up to ${rows} rows, not ${formatShape(groups)}`,
      [[rows]],
    );
}

/**
 * The share of each row's score in the total of its group, head by head, which adds up to 1 over the group; where no row has
 * scored, all have equal shares. `scores: [N, Heads]`, each at least 0; `groups` tells how many rows each group has, in order.
 * `deadHeads` counts, over the groups, the heads in which no row has scored. A part of `CosineAttention`.
 *
 * @throws ShapeError if the groups do not make up the rows, or one has none.
 * @throws RangeError that names the first score below 0.
 */
export function groupShares<N extends Dim, Heads extends Dim>(
  scores: Mat<N, Heads>,
  groups: readonly number[],
): { readonly weights: Mat<N, Heads>; readonly deadHeads: number } {
  checkGroups("groupShares", groups, scores.shape[0]);
  // NaN passes, so that it is seen in the weights.
  checkEach("groupShares", "scores", scores, "at least 0", (score) => !(score < 0));
  const totals = segmentSum(scores, groups);
  const even = tensor(
    groups.flatMap((rows) => new Array<number>(rows).fill(1 / rows)),
    [scores.shape[0], 1],
  );
  return {
    weights: shareOf(scores, segmentRepeat(totals, groups).as(scores.shape), even),
    deadHeads: Array.from(totals.data).filter((total) => total === 0).length,
  };
}
