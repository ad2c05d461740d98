import { type Dim, type Expression, elementwise, type Mat, segmentRepeat, segmentSum, tensor } from "@factorvae/tensor";

type E = Expression;

/** The share of a score in its group's total; where nothing has scored, `even` instead. */
const shareOf = elementwise("shareOf", (score: E, total: E, even: E) => {
  const scored = total.gt(0);
  // Replaced before the division, so that no infinite derivative meets the discarded branch.
  return scored.select(score.div(scored.select(total, 1)), even);
});

/**
 * The share of each row's score in the total of its group, head by head, which adds up to 1 over the group; where no row has
 * scored, all have equal shares. `scores: [N, Heads]`, each at least 0; `groups` tells how many rows each group has, in order.
 * `deadHeads` counts, over the groups, the heads in which no row has scored. A part of `CosineAttention`.
 *
 * @throws ShapeError if the groups do not make up the rows.
 */
export function groupShares<N extends Dim, Heads extends Dim>(
  scores: Mat<N, Heads>,
  groups: readonly number[],
): { readonly weights: Mat<N, Heads>; readonly deadHeads: number } {
  const totals = segmentSum(scores, groups);
  const even = tensor(
    groups.flatMap((rows) => new Array<number>(rows).fill(1 / rows)),
    [scores.shape[0], 1],
  );
  return {
    weights: shareOf(scores, segmentRepeat(totals, groups).as(scores.shape), even),
    deadHeads: Array.from(totals.data).filter((total) => !(total > 0)).length,
  };
}
