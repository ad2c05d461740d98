/**
 * What the compiler promises. Nothing here runs: `tsc -p tsconfig.test.json` checks it, and fails where a line marked
 * with "ts-expect-error" compiles.
 */
import {
  add,
  type Cube,
  cholesky,
  concatenate,
  type Expression,
  elementwise,
  expand,
  gruCell,
  type Mat,
  matmul,
  mul,
  type Named,
  type Op,
  ones,
  reshape,
  type Scalar,
  scalar,
  segmentMatmul,
  segmentProduct,
  slice,
  softplus,
  stack,
  sum,
  type Tensor,
  t,
  tensor,
  transpose,
  triangularSolve,
  unstack,
  type Vec,
  where,
  zeros,
} from "../src/index.js";

type Stocks = Named<"Stocks">;
type Hidden = Named<"Hidden">;
type Factors = Named<"Factors">;

/** Compiles only if the two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};

declare const embedding: Mat<Stocks, Hidden>;
declare const weight: Mat<Hidden, Factors>;
declare const returns: Vec<Stocks>;
declare const factors: Vec<Factors>;
declare const days: Cube<5, Stocks, Hidden>;
declare const unknownRank: Tensor;

// Products: inner dimensions.
same<ReturnType<typeof product>, Mat<Stocks, Factors>>(true);
const product = () => matmul(embedding, weight);
matmul(zeros([2, 3]), zeros([3, 4])).as([2, 4]);
embedding.matmul(weight);
days.matmul(weight);
matmul(days, weight);
// @ts-expect-error: 3 is not 4
matmul(zeros([2, 3]), zeros([4, 5]));
// @ts-expect-error: factors where the hidden width is meant
matmul(embedding, zeros([2, 3]));
// @ts-expect-error: stocks are not the hidden width
matmul(embedding, t(weight));
// @ts-expect-error: stocks are not the hidden width, as a method
embedding.matmul(weight.t());
// @ts-expect-error: a vector is no matrix
matmul(embedding, returns);
// @ts-expect-error: a tensor of unknown rank must be told by as()
matmul(unknownRank, weight);
// @ts-expect-error: batches of 2 and 3
matmul(zeros([2, 4, 5]), zeros([3, 5, 6]));

// Broadcasting: the first operand gives the shape.
add(embedding, 1);
add(embedding, scalar(1));
add(weight, factors);
add(zeros([2, 3]), zeros([2, 1]));
add(zeros([2, 3]), zeros([3]));
weight.mul(factors);
const shifted = add(embedding, 1);
same<typeof shifted, Mat<Stocks, Hidden>>(true);
// @ts-expect-error: factors where the hidden width is meant
add(embedding, factors);
// @ts-expect-error: factors where the hidden width is meant, as a method
embedding.mul(factors);
// @ts-expect-error: the second operand is larger
add(zeros([3]), zeros([2, 3]));
// @ts-expect-error: 4 does not broadcast to 3
mul(zeros([2, 3]), zeros([4]));
// @ts-expect-error: 3 does not broadcast to 1
mul(zeros([2, 1]), zeros([2, 3]));
// @ts-expect-error: text is no operand
add(embedding, "1");
// @ts-expect-error: the branch is larger than the mask
where(zeros([3]), zeros([2, 3]), 0);
// @ts-expect-error: one operand too few
gruCell(embedding, embedding, embedding, embedding, embedding, embedding);

// Reductions and other axes.
const perStock = sum(embedding, 1);
same<typeof perStock, Vec<Stocks>>(true);
const perHidden = sum(embedding, -2);
same<typeof perHidden, Vec<Hidden>>(true);
const kept = sum(embedding, -1, true);
same<typeof kept, Tensor<readonly [Stocks, 1]>>(true);
const everything = sum(embedding);
same<typeof everything, Scalar>(true);
const parts = unstack(days, 0);
same<typeof parts, readonly Mat<Stocks, Hidden>[]>(true);
const turned = transpose(days, [2, 0, 1]);
same<typeof turned, Cube<Hidden, 5, Stocks>>(true);
const narrowed = slice(embedding, 1, 0, 3);
same<typeof narrowed, Mat<Stocks, number>>(true);
// @ts-expect-error: along the first axis the hidden width is left, not the stocks
const wrongAxis: Vec<Stocks> = sum(embedding, 0);
// @ts-expect-error: the sum over all is no vector
const wrongRank: Vec<Stocks> = sum(embedding);
// @ts-expect-error: the transpose is [Hidden, Stocks]
const wrongOrder: Mat<Stocks, Hidden> = t(embedding);
// @ts-expect-error: a vector has no transpose
returns.t();
// @ts-expect-error: concatenated along the columns, the rows must agree
concatenate([zeros([2, 3]), zeros([4, 3])], 1);

// Shapes.
const flat = reshape(embedding, [-1, 4]);
same<typeof flat, Mat<number, 4>>(true);
const wide = expand(returns, [7, 3]);
same<typeof wide, Mat<7, 3>>(true);
const told = unknownRank.as([2, 3]);
same<typeof told, Mat<2, 3>>(true);
const literal = zeros([2, 3]);
same<typeof literal, Mat<2, 3>>(true);
// @ts-expect-error: as() gives what it was told
const wrongAs: Mat<3, 2> = unknownRank.as([2, 3]);
// @ts-expect-error: an unknown rank is no matrix
const unchecked: Mat = unknownRank;
// @ts-expect-error: a matrix is no vector
const flattened: Vec = ones([2, 2]);
// @ts-expect-error: with a shape the values are flat
tensor([[1, 2]], [1, 2]);

// Linear algebra and segments.
// @ts-expect-error: not square
cholesky(zeros([2, 3]));
// @ts-expect-error: not square, in a batch
cholesky(zeros([5, 2, 3]));
// @ts-expect-error: three right-hand sides for two rows
triangularSolve(zeros([2, 2]), zeros([3, 1]));
// @ts-expect-error: the rows of both must be the same
segmentProduct(zeros([4, 2]), zeros([5, 2]), [4]);
// @ts-expect-error: the matrices have 3 rows, not 2
segmentMatmul(zeros([4, 2]), zeros([1, 3, 5]), [4]);
const stacked = stack([returns, returns]);
same<typeof stacked, Tensor>(true);

// Formulas.
const activated = softplus(embedding);
same<typeof activated, Mat<Stocks, Hidden>>(true);
const both = elementwise("both", (x: Expression) => [x, x.neg()] as const)(embedding);
same<typeof both, readonly [Mat<Stocks, Hidden>, Mat<Stocks, Hidden>]>(true);
// @ts-expect-error: a formula has no such primitive
elementwise("wrong", (x: Expression) => x.gamma());
elementwise("right", (x: Expression) => x.exp(), { d: [(_, output) => output] });
// @ts-expect-error: a derivative for one argument, but the formula has two
elementwise("wrong", (x: Expression, y: Expression) => x.mul(y), { d: [(x: Expression) => x] });

// An operation without a rule, or a reason why there is none, does not compile.
// @ts-expect-error: the rule is missing
const forgotten: Op<undefined> = { name: "forgotten", shape: (shapes) => shapes };

export { flattened, forgotten, unchecked, wrongAs, wrongAxis, wrongOrder, wrongRank };
