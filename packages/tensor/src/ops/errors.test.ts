import { describe, expect, it } from "vitest";
import {
  argmax,
  argmin,
  argsort,
  type Cube,
  cholesky,
  conv1d,
  cumsum,
  DeadTensorError,
  determinant,
  diagonal,
  diagonalMatrix,
  einsum,
  eye,
  gather,
  indices,
  logDeterminant,
  logSoftmax,
  logSumExp,
  type Mat,
  max,
  mean,
  min,
  oneHot,
  outer,
  pad,
  reshape,
  roll,
  type Shape,
  ShapeError,
  scatterAdd,
  scope,
  segmentMatmul,
  segmentMax,
  segmentProduct,
  segmentRepeat,
  segmentSoftmax,
  segmentSum,
  softmax,
  solve,
  standardDeviation,
  sum,
  type Tensor,
  t,
  takeAlong,
  tensor,
  topK,
  triangularSolve,
  tril,
  triu,
  variance,
  zeros,
} from "../index.js";
import { product } from "./matmul.js";

/** Matrices whose lengths the compiler does not know, so that they can be wrong. */
const x: Mat = zeros([2, 3]);
const square: Mat = eye(2);
const cube: Cube = zeros([1, 2, 4]);
/** An axis that none of these has, and that the compiler does not know. */
const beyond: number = 2;
const cubes: Cube = zeros([4, 3, 3]);

describe("shapes that do not go together", () => {
  it.each([
    [
      "matmul",
      () => product(zeros([300, 64]), zeros([60, 64])),
      "inner dims differ: [300, 64] @ [60, 64]; did you mean b.t()?",
    ],
    [
      "matmul",
      () => product(zeros([64, 300]), zeros([64, 60])),
      "inner dims differ: [64, 300] @ [64, 60]; did you mean a.t()?",
    ],
    ["matmul", () => product(zeros([2, 3]), zeros([4, 5])), "inner dims differ: [2, 3] @ [4, 5]"],
    [
      "matmul",
      () => product(x, zeros([3])),
      "matrices are needed, of rank 2 or more: [2, 3] @ [3]; did you mean b.reshape([-1, 1])?",
    ],
    [
      "matmul",
      () => product(zeros([2]), x),
      "matrices are needed, of rank 2 or more: [2] @ [2, 3]; did you mean a.reshape([1, -1])?",
    ],
    ["matmul", () => product(x, zeros([])), "matrices are needed, of rank 2 or more: [2, 3] @ []"],
    ["matmul", () => product(zeros([2, 3, 4]), zeros([3, 4, 5])), "shapes do not broadcast: [2] and [3]"],
    ["sum", () => sum(x, beyond), "axis 2 is out of range for a tensor of rank 2"],
    ["max", () => max(zeros([2, 0]), 1), "nothing has no largest element: [2, 0]"],
    ["min", () => min(zeros([2, 0]), 1), "nothing has no smallest element: [2, 0]"],
    ["t", () => Reflect.apply(t, undefined, [zeros([3])]), "a matrix is needed, not [3]"],
    ["mean", () => mean(zeros([0])), "nothing has no mean: [0]"],
    ["softmax", () => softmax(zeros([2, 0]), -1), "axis 1 of [2, 0] is empty"],
    ["logSumExp", () => logSumExp(zeros([2, 0])), "axis 1 of [2, 0] is empty"],
    ["cholesky", () => cholesky(x), "a square matrix is needed, not [2, 3]"],
    [
      "triangularSolve",
      () => triangularSolve(square, zeros([3, 1])),
      "right-hand sides [3, 1] do not fit a matrix [2, 2]",
    ],
    ["scatterAdd", () => scatterAdd(x, [0], 0, 4), "axis 0 of [2, 3] needs as many indices, not 1"],
    [
      "scatterAdd",
      () => scatterAdd(zeros([0, 3]), [], 0, -4),
      "dimensions are whole numbers of at least 0, not -4 in [-4]",
    ],
    ["gather", () => gather(x, reshape(tensor([0]), [1]), beyond), "axis 2 is out of range for a tensor of rank 2"],
    ["segmentSum", () => segmentSum(x, [1, 2]), "segments of [1,2] rows do not make up the first axis of [2, 3]"],
    ["segmentSum", () => segmentSum(x, [3, -1]), "segments of [3,-1] rows do not make up the first axis of [2, 3]"],
    ["segmentMax", () => segmentMax(x, [2, 0]), "an empty segment has no largest element: [2,0]"],
    ["segmentSoftmax", () => segmentSoftmax(x, [2, 0]), "an empty segment has no largest element: [2,0]"],
    ["segmentRepeat", () => segmentRepeat(x, [1, 2, 3]), "3 segments need as many rows, not [2, 3]"],
    [
      "segmentRepeat",
      () => segmentRepeat(x, [3, -1]),
      "segments of [3,-1] rows do not make up the first axis of [2, 3]",
    ],
    ["segmentSoftmax", () => segmentSoftmax(x, [1]), "segments of [1] rows do not make up the first axis of [2, 3]"],
    [
      "segmentProduct",
      () => segmentProduct(x, zeros([2, 1]), [1]),
      "segments of [1] rows do not make up the first axis of [2, 3]",
    ],
    [
      "segmentMatmul",
      () => segmentMatmul(x, zeros([2, 3, 1]), [2]),
      "[2, 3] needs 1 matrices of 3 rows, not [2, 3, 1]",
    ],
    ["cumsum", () => cumsum(zeros([]), beyond), "axis 2 is out of range for a tensor of rank 0"],
    ["argmax", () => argmax(zeros([2, 0]), 1), "nothing has no largest element: [2, 0]"],
    ["argmin", () => argmin(zeros([0])), "nothing has no smallest element: [0]"],
    ["argmax", () => argmax(zeros([2, 0])), "nothing has no largest element: [2, 0]"],
    ["topK", () => topK(x, 4, 1), "axis 1 of [2, 3] has no 4 elements"],
    ["topK", () => topK(x, -1, 0), "axis 0 of [2, 3] has no -1 elements"],
    [
      "takeAlong",
      () => takeAlong(x, argsort(zeros([3, 3]), 0), 1),
      "indices [3, 3] must have the shape of [2, 3] but for axis 1",
    ],
    [
      "takeAlong",
      () => Reflect.apply(takeAlong, undefined, [x, indices([0]), 1]),
      "indices [1] must have the shape of [2, 3] but for axis 1",
    ],
    ["roll", () => roll(x, 0.5, 1), "the shift is a whole number of places, not 0.5, along [2, 3]"],
    ["diagonal", () => diagonal(x, 4), "a matrix [2, 3] has no diagonal 4: they go from -2 to 3"],
    [
      "diagonal",
      () => Reflect.apply(diagonal, undefined, [zeros([3])]),
      "a matrix or a batch of them is needed, not [3]",
    ],
    [
      "diagonalMatrix",
      () => Reflect.apply(diagonalMatrix, undefined, [zeros([])]),
      "elements along an axis and a whole number of diagonals are needed, not [] and 0",
    ],
    ["tril", () => Reflect.apply(tril, undefined, [zeros([3])]), "a matrix or a batch of them is needed, not [3]"],
    ["triu", () => Reflect.apply(triu, undefined, [zeros([])]), "a matrix or a batch of them is needed, not []"],
    ["outer", () => Reflect.apply(outer, undefined, [x, zeros([3])]), "vectors are needed, not [2, 3] and [3]"],
    ["logSoftmax", () => logSoftmax(zeros([2, 0]), 1), "axis 1 of [2, 0] is empty"],
    [
      "variance",
      () => variance(x, 0, false, 2),
      "2 elements of [2, 3] less a correction of 2 have no variance: one must be left, and the correction at least 0",
    ],
    [
      "standardDeviation",
      () => standardDeviation(zeros([0, 3]), 0),
      "0 elements of [0, 3] less a correction of 0 have no standardDeviation",
    ],
    ["solve", () => solve(x, zeros([2, 1])), "a square matrix is needed, not [2, 3]"],
    ["solve", () => solve(square, zeros([3, 1])), "right-hand sides [3, 1] do not fit a matrix [2, 2]"],
    ["solve", () => solve(square, zeros([3])), "right-hand sides [3] do not fit a matrix [2, 2]"],
    ["triangularSolve", () => triangularSolve(square, zeros([3])), "right-hand sides [3] do not fit a matrix [2, 2]"],
    ["solve", () => solve(x, zeros([3])), "a square matrix is needed, not [2, 3]"],
    ["solve", () => solve(cubes, zeros([2, 3, 1])), "shapes do not broadcast: [4] and [2]"],
    ["determinant", () => determinant(x), "a square matrix is needed, not [2, 3]"],
    ["logDeterminant", () => logDeterminant(x), "a square matrix is needed, not [2, 3]"],
    ["einsum", () => einsum<string, [Mat]>("ij", x), '"ij" is no equation: one is letters for the axes'],
    ["einsum", () => einsum("i j,jk->ii", x, x), '"i j,jk->ii" has "i" twice in its result'],
    ["einsum", () => einsum<string, [Mat]>("ij->k", x), '"ij->k" has "k" in its result, but in no operand'],
    ["einsum", () => einsum<string, [Mat]>("ij,jk->ik", x), '"ij,jk->ik" needs 2 operands, not 1'],
    ["einsum", () => einsum<string, [Mat]>("ijk->i", x), '"ijk->i" gives operand 0 3 axes, but it is [2, 3]'],
    ["einsum", () => einsum("ij,jk->ik", x, x), '"j" of "ij,jk->ik" is 3 and 2 long: [2, 3], [2, 3]'],
    ["einsum", () => einsum("ii->i", x), '"i" of "ii->i" is 2 and 3 long: [2, 3]'],
    [
      "conv1d",
      () => conv1d(cube, zeros([1, 3, 1])),
      "inputs [batch, channels, length] and kernels [results, channels, width] of as many channels are needed, not [1, 2, 4] by [1, 3, 1]",
    ],
    [
      "pad",
      () => Reflect.apply(pad, undefined, [x, [[1, 1]]]),
      "margins are [before, behind] for each axis of [2, 3], not [[1,1]]",
    ],
    [
      "pad",
      () =>
        pad(x, [
          [0, 0],
          [-1, 2],
        ]),
      "axis 1 of [2, 3] does not fit in 4 from -1 on",
    ],
    [
      "conv1d",
      () => conv1d(cube, zeros([4, 2, 1]), { groups: 2 }),
      "inputs [batch, channels, length] and kernels [results, channels, width] of as many channels in each of 2 groups are needed, not [1, 2, 4] by [4, 2, 1]",
    ],
    [
      "conv1d",
      () => conv1d(cube, zeros([3, 1, 1]), { groups: 2 }),
      "3 results cannot be divided among 2 groups: [1, 2, 4] by [3, 1, 1]",
    ],
    ["conv1d", () => conv1d(cube, zeros([1, 2, 0])), "a kernel of no width gives no result: [1, 2, 4] by [1, 2, 0]"],
    [
      "conv1d",
      () => conv1d(cube, zeros([1, 2, 3]), { dilation: 2 }),
      "a kernel that reaches over 5 places does not fit in 4: [1, 2, 4] by [1, 2, 3]; did you forget padding?",
    ],
  ])("%s: %#", (operation, run, rule) => {
    expect(run).toThrow(ShapeError);
    expect(run).toThrow(`${operation}: ${rule}`);
  });

  it("are fields of the error where an axis or a dimension is wrong, too", () => {
    const shapes = (run: () => unknown): unknown => {
      try {
        run();
      } catch (error) {
        return error instanceof ShapeError && error.shapes;
      }
      return "no error";
    };
    expect(shapes(() => sum(x, beyond))).toEqual([[2, 3]]);
    expect(shapes(() => zeros([-1, 2]))).toEqual([[-1, 2]]);
  });

  it("are fields of the error", () => {
    try {
      product(zeros([2, 3]), zeros([4, 5]));
      expect.fail("no error");
    } catch (error) {
      expect(error).toMatchObject({
        operation: "matmul",
        shapes: [
          [2, 3],
          [4, 5],
        ],
      });
    }
  });
});

describe("values that do not do", () => {
  it.each([
    [() => gather(x, [0, 2], 0), RangeError, "gather: index 2 at position 1 is out of range for an axis of length 2"],
    [
      () => scatterAdd(x, [0, 7], 0, 4),
      RangeError,
      "scatterAdd: index 7 at position 1 is out of range for an axis of length 4",
    ],
    [() => gather(x, tensor([0, 1]), 0), TypeError, "gather: indices are needed (see indices()), not float32"],
    [
      () =>
        cholesky(
          tensor([
            [1, 2],
            [2, 1],
          ]).as([2, 2]),
        ),
      RangeError,
      "cholesky: matrix 0 is not positive definite: pivot 1 is -3",
    ],
    [
      () => cholesky(tensor([[Number.NaN]]).as([1, 1])),
      RangeError,
      "cholesky: matrix 0 is not positive definite: pivot 0 is NaN",
    ],
    [
      () =>
        triangularSolve(
          tensor([
            [1, 0],
            [3, 0],
          ]).as([2, 2]),
          zeros([2, 1]),
        ),
      RangeError,
      "triangularSolve: matrix 0 is singular: element 1 of its diagonal is 0",
    ],
    [
      // @ts-expect-error the part is the last argument
      () => triangularSolve(square, zeros([2, 1]), "upper"),
      TypeError,
      'triangularSolve: transposed is true or false, not "upper"; the part comes behind it',
    ],
    [
      // @ts-expect-error there are no named options
      () => triangularSolve(square, zeros([2, 1]), { part: "upper" }),
      TypeError,
      "triangularSolve: transposed is true or false, not an object (Object); the part comes behind it",
    ],
    [
      // @ts-expect-error no such part
      () => triangularSolve(square, zeros([2, 1]), false, "Upper"),
      TypeError,
      'triangularSolve: the part is "lower" or "upper", not "Upper"',
    ],
    [
      () => solve(tensor([1, 2, 2, 4], [2, 2]), zeros([2])),
      RangeError,
      "solve: matrix 0 is singular: pivot 1 is 0; add to its diagonal, or leave out what depends on others",
    ],
    [
      () => takeAlong(x, reshape(indices([0, 1, 2, 3]), [2, 2]), 1),
      RangeError,
      "takeAlong: index 3 at position 3 is out of range for axis 1 of [2, 3]",
    ],
    [
      () => takeAlong(x, x, 1),
      TypeError,
      "takeAlong: indices are needed, as argsort and indices() make them, not float32",
    ],
    [
      () => pad(indices([1]), 0, 0, 2, 0.5),
      TypeError,
      "pad: indices are padded by an index, a whole number from 0 to 2147483647, not by 0.5",
    ],
    [
      () => pad(indices([1]), 0, 0, 2, 2 ** 31),
      TypeError,
      "pad: indices are padded by an index, a whole number from 0 to 2147483647, not by 2147483648",
    ],
    [
      () => conv1d(cube, zeros([1, 2, 1]), { stride: 0 }),
      RangeError,
      "conv1d: stride is a whole number of at least 1, not 0",
    ],
    [
      () => conv1d(cube, zeros([1, 2, 1]), { padding: -1 }),
      RangeError,
      "conv1d: padding is a whole number of at least 0, not -1",
    ],
  ])("are named, with their place: %#", (run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });
});

describe("indices whose scope has ended", () => {
  const freed = (shape: Shape): Tensor => {
    let found: Tensor = zeros(shape);
    scope(() => {
      found = argsort(zeros(shape), 0);
    });
    return found;
  };
  const [vector, matrix] = [freed([2]).as([2]), freed([2, 3]).as([2, 3])];

  it.each([
    [() => gather(x, vector, 0), "gather: the tensor, [2], was freed"],
    [() => scatterAdd(x, vector, 0, 4), "scatterAdd: the tensor, [2], was freed"],
    [() => oneHot(vector, 4), "oneHot: the tensor, [2], was freed"],
    [() => takeAlong(x, matrix, 0), "takeAlong: operand 1, [2, 3], was freed"],
  ])("are an error that names the operation: %#", (run, message) => {
    expect(run).toThrow(DeadTensorError);
    expect(run).toThrow(message);
  });
});
