import {
  add,
  apply,
  arange,
  type Dim,
  type Expression,
  elementwise,
  gather,
  indices,
  logSoftmax,
  type Mat,
  type Op,
  reshape,
  scalar,
  sum,
  type Tensor,
  type Vec,
} from "@factorvae/tensor";

type E = Expression;

/** `y` are the log probabilities of all classes, `byEach` what they received, and `total` the sum of all that the row did. */
const slope = elementwise("classLogProbabilities.vjp", (y: E, byEach: E, total: E, column: E, ofRow: E, byClass: E) =>
  column.eq(ofRow).select(byClass, 0).add(byEach).sub(y.exp().mul(total)),
);

const classLogProbabilitiesOp: Op<undefined> = {
  name: "classLogProbabilities",
  shape: ([logits, classes]) => [classes, logits],
  plain: ([logits, classes]) => {
    const [rows, count] = logits.shape;
    const places = new Int32Array(classes.data);
    places.forEach((column, row) => {
      places[row] = row * count + column;
    });
    // Not from logits and their logSumExp: that of logits about 1e7 has no digits left for what they differ by.
    const each = logSoftmax<Mat["shape"], 1>(logits.as([rows, count]), 1);
    return [gather(reshape(each, [rows * count]), indices(places), 0), each];
  },
  // Both parts at once: that of the picked ones alone would be a matrix of zeros, but for one place a row.
  vjp: ({ inputs: [, classes], outputs: [, each], gradients: [byClass, byEach], reached: [, isEachReached] }) => {
    const [rows, count] = each.shape;
    const column = (x: Tensor): Tensor => reshape(x, [rows, 1]);
    const total = isEachReached ? add(byClass, sum(byEach, 1)) : byClass;
    const direct = isEachReached ? byEach : scalar(0);
    return [slope(each, direct, column(total), arange(count), column(classes), column(byClass)), undefined];
  },
};

/**
 * `ln softmax` of each row of logits: that of its class, and that of all, `[R, K] -> [R], [R, K]`. The classes, of type int32,
 * were checked.
 */
export function classLogProbabilities<R extends Dim>(logits: Mat<R>, classes: Tensor): readonly [Vec<R>, Mat<R>] {
  const [ofClass, each] = apply(classLogProbabilitiesOp, [logits, classes], undefined);
  const [rows, count] = logits.shape;
  return [ofClass.as([rows]), each.as([rows, count])];
}
