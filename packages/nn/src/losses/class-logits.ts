import {
  apply,
  arange,
  type Dim,
  type Expression,
  elementwise,
  gather,
  indices,
  logSumExp,
  type Mat,
  type Op,
  reshape,
  type Tensor,
  tensor,
  type Vec,
} from "@factorvae/tensor";

type E = Expression;

const slope = elementwise("classLogits.vjp", (logit: E, total: E, byTotal: E, column: E, ofRow: E, byClass: E) =>
  logit.sub(total).exp().mul(byTotal).add(column.eq(ofRow).select(byClass, 0)),
);

const classLogitsOp: Op<undefined> = {
  name: "classLogits",
  shape: ([[rows]]) => [[rows], [rows]],
  plain: ([logits, classes]) => {
    const [rows, count] = logits.shape;
    const places = new Int32Array(classes.data);
    places.forEach((column, row) => {
      places[row] = row * count + column;
    });
    return [gather(reshape(logits, [rows * count]), indices(places), 0), logSumExp(logits, 1)];
  },
  // Both parts at once: that of the picked logits alone would be a matrix of zeros, but for one place a row.
  vjp: ({ inputs: [logits, classes], outputs: [, totals], gradients: [byClass, byTotal] }) => {
    const [rows, count] = logits.shape;
    const column = (x: Tensor): Tensor => reshape(x, [rows, 1]);
    return [slope(logits, column(totals), column(byTotal), arange(count), column(classes), column(byClass)), undefined];
  },
};

/** Of each row of logits that of its class, and `ln sum exp` of all: `[R, K] -> [R], [R]`. The classes were checked. */
export function classLogits<R extends Dim>(logits: Mat<R>, classes: readonly number[]): readonly [Vec<R>, Vec<R>] {
  const [ofClass, totals] = apply(classLogitsOp, [logits, tensor(classes, [classes.length])], undefined);
  const [rows] = logits.shape;
  return [ofClass.as([rows]), totals.as([rows])];
}
