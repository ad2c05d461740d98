/**
 * What the compiler promises. Nothing here runs: `tsc -p tsconfig.test.json` checks it, and fails where a line marked
 * with "ts-expect-error" compiles.
 */
import {
  add,
  argmax,
  argsort,
  type Cube,
  cholesky,
  clip,
  concatenate,
  conv1d,
  cumsum,
  defineOp,
  determinant,
  diagonal,
  diagonalMatrix,
  type Expression,
  einsum,
  elementwise,
  expand,
  eye,
  gruCell,
  indices,
  logDeterminant,
  type Mat,
  matmul,
  mean,
  mul,
  type Named,
  norm,
  type Op,
  ones,
  outer,
  pad,
  reshape,
  type Scalar,
  type Shape,
  scalar,
  segmentMatmul,
  segmentProduct,
  slice,
  softmax,
  softplus,
  solve,
  sort,
  stack,
  standardDeviation,
  sum,
  type Tensor,
  t,
  takeAlong,
  tensor,
  topK,
  transpose,
  triangularSolve,
  tril,
  triu,
  unstack,
  type Vec,
  variance,
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

// Products of batches: of rank 4 as of rank 3, one batch the larger.
const heads = zeros([2, 5, 7, 3]);
const perHead = matmul(heads, zeros([2, 5, 3, 4]));
same<typeof perHead, Tensor<readonly [2, 5, 7, 4]>>(true);
same<ReturnType<typeof chained>, Tensor<readonly [2, 5, 7, 4]>>(true);
const chained = () => heads.matmul(zeros([5, 3, 4]));
const byOneMatrix = matmul(heads, zeros([3, 4]));
same<typeof byOneMatrix, Tensor<readonly [2, 5, 7, 4]>>(true);
const byOneOfBatch = matmul(heads, zeros([1, 5, 3, 4]));
same<typeof byOneOfBatch, Tensor<readonly [2, 5, 7, 4]>>(true);
const matrixByHeads = matmul(zeros([4, 7]), heads);
same<typeof matrixByHeads, Tensor<readonly [2, 5, 4, 3]>>(true);
const batchByHeads = matmul(zeros([1, 4, 7]), heads);
same<typeof batchByHeads, Tensor<readonly [2, 5, 4, 3]>>(true);
const oneByBatch = matmul(zeros([1, 4, 7]), zeros([5, 7, 3]));
same<typeof oneByBatch, Cube<5, 4, 3>>(true);
// @ts-expect-error: 3 is not 4
matmul(heads, zeros([2, 5, 4, 3]));
// @ts-expect-error: 3 is not 4, for one matrix
heads.matmul(zeros([4, 3]));
// @ts-expect-error: batches of 2 and 6
matmul(heads, zeros([6, 5, 3, 4]));
// @ts-expect-error: batches of 5 and 6
matmul(zeros([6, 4, 7]), heads);

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
const chosen = where(mean(embedding, 1, true), embedding, 0);
same<typeof chosen, Mat<Stocks, Hidden>>(true);
const chosenElse = where(zeros([3]), 0, zeros([2, 3]));
same<typeof chosenElse, Mat<2, 3>>(true);
const chosenByMask = where(zeros([2, 3]), zeros([3]), zeros([2, 1]));
same<typeof chosenByMask, Mat<2, 3>>(true);
// @ts-expect-error: four columns for a mask of three
where(zeros([3]), zeros([2, 4]), 0);
// @ts-expect-error: neither is as large as the result, [2, 3]
where(zeros([2, 1]), zeros([3]), 0);
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
// @ts-expect-error: the first axis twice
transpose(days, [0, 0, 1]);
// @ts-expect-error: an axis too few
transpose(days, [1, 0]);
// @ts-expect-error: a cube has no axis 3
transpose(days, [0, 1, 3]);
// @ts-expect-error: the first axis twice, as a method
embedding.transpose([0, 0]);
declare const someOrder: readonly number[];
transpose(days, someOrder);
transpose(unknownRank, [1, 0]);
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

// What is known, what is not, and names.
const anyMatrix: Mat = zeros([2, 3]);
const anyStocks: Mat<number, number> = embedding;
const values = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
same<typeof values, Mat>(true);
const checked: Mat<2, 3> = values.as([2, 3]);
const fourAxes = zeros([2, 3, 4, 5]);
same<ReturnType<typeof sumOfFour>, Cube<3, 4, 5>>(true);
const sumOfFour = () => sum(fourAxes, -4);
const swapped = transpose(fourAxes, [0, 2, 1, 3]);
same<typeof swapped, Tensor<readonly [2, 4, 3, 5]>>(true);
const rank: 2 = embedding.rank;
const rows: Stocks = embedding.shape[0];
const nested: number[][] = embedding.toArray();
const single: number = scalar(1).toArray();
// @ts-expect-error: how large is not known; as() checks it
const notChecked: Mat<2, 3> = values;
// @ts-expect-error: 300 is not said to be stocks
const unnamed: Mat<Stocks, Hidden> = zeros([300, 64]);
// @ts-expect-error: 2 is not 3
const wrongLiteral: Mat<3, 3> = zeros([2, 3]);
// @ts-expect-error: a matrix has two axes
const wrongAxes: 3 = embedding.rank;
// @ts-expect-error: factors are not stocks
const wrongRows: Factors = embedding.shape[0];
// @ts-expect-error: a shape is read, not written
embedding.shape[0] = 3 as Stocks;
// @ts-expect-error: a vector is an array of numbers, not a number
const notSingle: number = returns.toArray();
// @ts-expect-error: no such method
embedding.cholesky();
// @ts-expect-error: text has no shape
tensor("1, 2");

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

// Order, products by letters, diagonals, systems.
const sortedRows = sort(embedding, 1);
same<typeof sortedRows, Mat<Stocks, Hidden>>(true);
const firstThree = topK(embedding, 3, 0);
same<typeof firstThree.values, Mat<3, Hidden>>(true);
same<typeof firstThree.indices, Mat<3, Hidden>>(true);
const picked = takeAlong(embedding, indices([0, 1]).as([1, 2]), 0);
same<typeof picked, Mat<1, 2>>(true);
// @ts-expect-error: indices of one axis for a matrix of two
takeAlong(embedding, indices([0, 1]), 0);
const best = argmax(embedding, 1);
same<typeof best, Vec<Stocks>>(true);
const scales = norm(days, 1);
same<typeof scales, Mat<5, Hidden>>(true);
const spreads = variance(embedding, 0, true, 1);
same<typeof spreads, Tensor<readonly [1, Hidden]>>(true);
const spread = standardDeviation(embedding);
same<typeof spread, Scalar>(true);
// Functions of any shape, or of any shape of a rank, may call what looks at ranks.
const sortedAlongFirst = <S extends Shape>(x: Tensor<S>): Tensor<S> => takeAlong(x, argsort(x, 0), 0);
same<ReturnType<typeof sortedAlongFirst<readonly [Stocks]>>, Vec<Stocks>>(true);
const mirrored = <S extends readonly [Stocks, Hidden]>(x: Tensor<S>) => [transpose(x, [1, 0]), x.transpose([1, 0])];
const surrounded = <S extends Shape>(x: Tensor<S>, margins: [number, number][]) => pad(x, margins);
void [mirrored, surrounded];
const takenOfUnknown = takeAlong(unknownRank, argsort(embedding, 0), 0);
same<typeof takenOfUnknown, Mat<Stocks, Hidden>>(true);
const fiveTurned = transpose(zeros([2, 3, 4, 5, 6]), [4, 3, 2, 1, 0]);
same<typeof fiveTurned, Tensor<readonly [6, 5, 4, 3, 2]>>(true);
// Either batch may be the larger, of the method too.
const fourByThree = zeros([3, 4, 5]).matmul(zeros([2, 3, 5, 6]));
same<typeof fourByThree, Tensor<readonly [2, 3, 4, 6]>>(true);
const oneForEach = matmul(zeros([1, 3, 4, 5]), zeros([2, 3, 5, 6]));
same<typeof oneForEach, Tensor<readonly [2, 3, 4, 6]>>(true);
const matrixForEach = zeros([4, 5]).matmul(zeros([2, 5, 7]));
same<typeof matrixForEach, Cube<2, 4, 7>>(true);
// A function of any shape may put two tensors of that shape together.
const between = <S extends Shape>(x: Tensor<S>, y: Tensor<S>): Tensor<S> => x.add(y.sub(x).mul(0.5));
const middle = between(embedding, embedding);
same<typeof middle, Mat<Stocks, Hidden>>(true);
// @ts-expect-error: nobody knows whether another shape broadcasts to any
const misfit = <S extends Shape, T extends Shape>(x: Tensor<S>, y: Tensor<T>) => add(x, y);
void misfit;
const clipped = clip(embedding, -1, 1);
same<typeof clipped, Mat<Stocks, Hidden>>(true);
const running = cumsum(days, 0);
same<typeof running, Cube<5, Stocks, Hidden>>(true);
const table = outer(returns, factors);
same<typeof table, Mat<Stocks, Factors>>(true);
const byLetters = einsum("bsh, hf -> fbs", days, weight);
same<typeof byLetters, Cube<Factors, 5, Stocks>>(true);
const traced = einsum("ii->", eye(3));
same<typeof traced, Scalar>(true);
const everyDay = einsum("s,bsh,h->b", returns, days, zeros([4 as Hidden]));
same<typeof everyDay, Vec<5>>(true);
declare const someEquation: string;
const unknown = einsum(someEquation, embedding, weight);
same<typeof unknown, Tensor>(true);
// @ts-expect-error: factors where the hidden width is meant
einsum("sh,hf->sf", embedding, factors);
// @ts-expect-error: 3 is not 4
einsum("ij,jk->ik", zeros([2, 3]), zeros([4, 5]));
// @ts-expect-error: a matrix where the letters say a vector
einsum("i->i", embedding);
// @ts-expect-error: one operand too few
einsum("ij,jk->ik", embedding);
// @ts-expect-error: the result has a letter that no operand has
einsum("ij->ik", embedding);
// @ts-expect-error: the equation names no result
einsum("ij", embedding);
const down = diagonal(eye(3));
same<typeof down, Vec<3>>(true);
const lower = tril(embedding);
same<typeof lower, Mat<Stocks, Hidden>>(true);
const upperOfEach = triu(days, 1);
same<typeof upperOfEach, Cube<5, Stocks, Hidden>>(true);
// @ts-expect-error: a vector has no triangle
tril(factors);
// @ts-expect-error: nor has a number
triu(scalar(1));
// @ts-expect-error: nor a tensor that may have any rank
tril(unknownRank);
const matrixOf = diagonalMatrix(factors);
same<typeof matrixOf, Mat<Factors, Factors>>(true);
const solved = solve(zeros([3, 3]), zeros([3, 5]));
same<typeof solved, Mat<3, 5>>(true);
const solvedForOne = solve(zeros([3, 3]), zeros([3]));
same<typeof solvedForOne, Vec<3>>(true);
const solvedForBatch = solve(zeros([7, 3, 3]), zeros([3, 5]));
same<typeof solvedForBatch, Cube<7, 3, 5>>(true);
const solvedByOne = triangularSolve(zeros([3, 3]), zeros([7, 3, 5]), true);
same<typeof solvedByOne, Cube<7, 3, 5>>(true);
const eachForOne = solve(zeros([7, 3, 3]), zeros([3]));
same<typeof eachForOne, Mat<7, 3>>(true);
// @ts-expect-error: batches of seven and of two
solve(zeros([7, 3, 3]), zeros([2, 3, 5]));
// @ts-expect-error: not square
solve(zeros([2, 3]), zeros([2, 1]));
// @ts-expect-error: three elements for two rows
solve(zeros([2, 2]), zeros([3]));
// @ts-expect-error: neither triangle
triangularSolve(zeros([2, 2]), zeros([2, 1]), false, "middle");
const volume = determinant(zeros([5, 3, 3]));
same<typeof volume, Vec<5>>(true);
const logParts = logDeterminant(zeros([3, 3]));
same<typeof logParts.logarithm, Scalar>(true);
const volumes = determinant(zeros([2, 5, 3, 3]));
same<typeof volumes, Mat<2, 5>>(true);
const logVolumes = logDeterminant(zeros([2, 5, 3, 3]));
same<typeof logVolumes.sign, Mat<2, 5>>(true);
const rootsOfAll = cholesky(zeros([2, 5, 3, 3]));
same<typeof rootsOfAll, Tensor<readonly [2, 5, 3, 3]>>(true);
// @ts-expect-error: not square
determinant(zeros([2, 3]));
// @ts-expect-error: not square, in batches of batches
determinant(zeros([2, 5, 3, 4]));
const heard = conv1d(zeros([8, 3, 100]), zeros([16, 3, 5]), { padding: 2 });
same<typeof heard, Cube<8, 16>>(true);
const heardApart = conv1d(zeros([8, 4, 100]), zeros([16, 2, 5]), { groups: 2 });
same<typeof heardApart, Cube<8, 16>>(true);
// @ts-expect-error: four channels are not three
conv1d(zeros([8, 3, 100]), zeros([16, 4, 5]));

const framed = pad(zeros([2, 3]), [
  [1, 1],
  [0, 2],
]);
same<typeof framed, Mat>(true);
// @ts-expect-error: a matrix has margins for two axes
pad(zeros([2, 3]), [[1, 1]]);
pad(unknownRank, [[1, 1]]);
const longer = pad(embedding, 1, 0, 128, 1);
same<typeof longer, Mat<Stocks, 128>>(true);

// Axes that a tensor has not.
// @ts-expect-error: a vector has one axis
factors.sum(1);
// @ts-expect-error: axis 2 of a matrix
mean(embedding, 2, true);
// @ts-expect-error: axis -3 of a matrix
softmax(embedding, -3);
// @ts-expect-error: a scalar has none
norm(zeros([]), 0);
declare const someAxis: number;
sum(embedding, someAxis);
const firstOf = <S extends Shape>(x: Tensor<S>): Tensor => sum(x, 0);
firstOf(embedding);

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
const shape: Op<undefined>["shape"] = (shapes) => shapes;
// @ts-expect-error: the rule is missing
const forgotten: Op<undefined> = { name: "forgotten", shape };
// @ts-expect-error: the rule is missing, where the operation is made
defineOp({ name: "forgotten", shape }, (x: Tensor) => x);
// @ts-expect-error: the rule is missing, beside a plain form
defineOp({ name: "forgotten", shape, plain: (inputs: readonly Tensor[]) => inputs }, (x: Tensor) => x);
// @ts-expect-error: the rule is promised for later
defineOp({ name: "forgotten", shape, vjp: undefined }, (x: Tensor) => x);
// @ts-expect-error: no rule, and no reason
defineOp({ name: "forgotten", shape, vjp: {} }, (x: Tensor) => x);
// @ts-expect-error: gradients come as a list, one for each input
defineOp({ name: "forgotten", shape, vjp: () => 0 }, (x: Tensor) => x);
// @ts-expect-error: gradients are tensors, not numbers
defineOp({ name: "forgotten", shape, vjp: () => [1, 2] }, (x: Tensor) => x);
defineOp({ name: "constant", shape, vjp: { none: "it is a step function" } }, (x: Tensor) => x);
defineOp({ name: "identity", shape, vjp: ({ gradients }) => gradients }, (x: Tensor) => x);

export {
  anyMatrix,
  anyStocks,
  checked,
  flattened,
  forgotten,
  nested,
  notChecked,
  notSingle,
  rank,
  rows,
  single,
  unchecked,
  unnamed,
  wrongAs,
  wrongAxes,
  wrongAxis,
  wrongLiteral,
  wrongOrder,
  wrongRank,
  wrongRows,
};
