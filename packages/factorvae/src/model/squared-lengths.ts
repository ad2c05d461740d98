import {
  add,
  apply,
  type Cube,
  type Dim,
  type Expression,
  elementwise,
  gather,
  type Mat,
  matmul,
  max,
  mul,
  type Op,
  quadraticForms,
  reshape,
  scope,
  square,
  sum,
  Tensor,
  t,
  tensor,
  transpose,
  untraced,
} from "@factorvae/autograd";

/** The positions in a symmetric matrix, row by row, of its upper triangle, row by row, and back. */
interface Triangle {
  readonly upper: Int32Array;
  /** How often each element of the triangle occurs in the matrix: once on the diagonal, twice beside it. */
  readonly times: Float32Array;
  readonly whole: Int32Array;
}

function triangleOf(columns: number): Triangle {
  const count = (columns * (columns + 1)) / 2;
  const triangle = {
    upper: new Int32Array(count),
    times: new Float32Array(count),
    whole: new Int32Array(columns ** 2),
  };
  let pair = 0;
  for (let a = 0; a < columns; a++)
    for (let b = a; b < columns; b++, pair++) {
      triangle.upper[pair] = a * columns + b;
      triangle.times[pair] = a === b ? 1 : 2;
      triangle.whole[a * columns + b] = triangle.whole[b * columns + a] = pair;
    }
  return triangle;
}

const asCube = (x: Tensor): Cube => x as Cube;
const asMatrix = (x: Tensor): Mat => x as Mat;

/** The transpose as a matrix of its own, whose rows stand one behind the other: what picks them copies whole rows. */
const turned = (x: Mat): Mat => add(t(x), 0);

/**
 * `W' W` of each head, its upper triangle with what is beside the diagonal doubled: `[K, H, H] -> [H (H + 1) / 2, K]`. The
 * derivative is one product with the triangle made whole again.
 */
const gramTriangles: Op<undefined> = {
  name: "gramTriangles",
  shape: ([[heads, , columns]]) => [[(columns * (columns + 1)) / 2, heads]],
  plain: ([key]) => {
    const [heads, , columns] = key.shape;
    const { upper, times } = triangleOf(columns);
    const gram = reshape(matmul(transpose(asCube(key), [0, 2, 1]), asCube(key)), [heads, columns * columns]);
    return [mul(gather(turned(gram), upper, 0), tensor(times, [times.length, 1]))];
  },
  vjp: ({ inputs: [key], gradients: [received] }) => {
    const [heads, , columns] = key.shape;
    const moments = reshape(gather(asMatrix(received), triangleOf(columns).whole, 0), [columns, columns, heads]);
    return [mul(matmul(asCube(key), transpose(moments, [2, 0, 1])), 2)];
  },
};

/** Below this share of what it could be at most, a sum of cancelling terms is computed again, directly. */
const cancels = 1e-4;

/** Whether a squared length came out small against the terms it is the sum of. */
const isCancelled = elementwise("isCancelled", (length: Expression, embedding: Expression, key: Expression) =>
  length.lt(embedding.mul(key).mul(cancels)),
);

/**
 * Computes directly, in double precision, each squared length that came out small against the terms it is the sum of. The
 * derivative stays that of the sum, as exact as its terms are.
 */
const repaired: Op<undefined> = {
  name: "repaired",
  shape: ([lengths]) => [lengths],
  forward: (_, inputs) =>
    untraced(() =>
      scope(() => {
        const [lengths, e, w] = inputs.map(({ storage, layout }) => new Tensor(storage, layout));
        return [repairedLengths(asMatrix(lengths), asMatrix(e), asCube(w))];
      }),
    ),
  vjp: ({ gradients: [received] }) => [received, undefined, undefined],
};

function repairedLengths(lengths: Mat, embedding: Mat, key: Cube): Mat {
  const [rows, heads] = lengths.shape;
  const columns = embedding.shape[1];
  const sizes = sum(square(embedding), 1, true);
  const keySizes = sum(reshape(square(key), [heads, columns * columns]), 1);
  const cancelled = isCancelled(lengths, sizes.expand(lengths.shape), keySizes.expand(lengths.shape));
  if (lengths.size === 0 || max(cancelled).item() === 0) return lengths;
  const [found, marks, e, w] = [lengths.data, cancelled.data, embedding.data, key.data];
  const changed = Float64Array.from(found, (length, at) => {
    const [row, head] = [Math.floor(at / heads), at % heads];
    return marks[at] ? directLength(e, row * columns, w, head * columns * columns, columns) : length;
  });
  return tensor(changed, [rows, heads]);
}

function directLength(e: ArrayLike<number>, from: number, w: ArrayLike<number>, head: number, columns: number): number {
  let length = 0;
  for (let out = 0; out < columns; out++) {
    let element = 0;
    for (let at = 0; at < columns; at++) element += w[head + out * columns + at] * e[from + at];
    length += element * element;
  }
  return length;
}

/**
 * The squared length of each stock's key in each head: embedding `[N, H]`, key `[K, H, H]` -> `[N, K]`. From
 * `|W_k e_i|^2 = e_i' (W_k' W_k) e_i`: quadratic forms with the triangle of `W' W`, which is half the work of all keys, and
 * needs no room for them.
 */
export function squaredLengths<N extends Dim, H extends Dim, K extends Dim>(
  embedding: Mat<N, H>,
  key: Cube<K, H, H>,
): Mat<N, K> {
  const [triangles] = apply(gramTriangles, [key], undefined);
  const lengths = quadraticForms(embedding, asMatrix(triangles));
  return apply(repaired, [lengths, embedding, key], undefined)[0] as Mat<N, K>;
}
