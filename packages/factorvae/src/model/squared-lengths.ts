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
  quadraticFormsGradient,
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

/** `W' W` of each head, its upper triangle with what is beside the diagonal doubled: `[K, H, H] -> [H (H + 1) / 2, K]`. */
function gramTriangles(key: Cube, { upper, times }: Triangle): Mat {
  const [heads, , columns] = key.shape;
  const gram = reshape(matmul(transpose(key, [0, 2, 1]), key), [heads, columns * columns]);
  return mul(gather(turned(gram), upper, 0), tensor(times, [times.length, 1]));
}

/** Below this share of what it could be at most, a sum of cancelling terms is computed again, directly. */
const cancels = 1e-4;

/** Whether a squared length came out small against the terms it is the sum of. */
const isCancelled = elementwise("isCancelled", (length: Expression, embedding: Expression, key: Expression) =>
  length.lt(embedding.mul(key).mul(cancels)),
);

/** Computes directly, in double precision, each squared length that came out small against the terms it is the sum of. */
function repaired(lengths: Mat, embedding: Mat, key: Cube): Mat {
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
 * `|W_k e_i|^2 = e_i' (W_k' W_k) e_i`: quadratic forms with the triangle of `W' W`, which is half the work of all keys, and
 * needs no room for them. The derivative takes the same way.
 */
const squaredLengthsOp: Op<undefined> = {
  name: "squaredLengths",
  shape: ([embedding, key]) => [[embedding[0], key[0]]],
  plain: ([embedding, key]) => {
    const [heads, outputs, columns] = key.shape;
    const keys = matmul(asMatrix(embedding), t(reshape(key, [heads * outputs, columns])));
    return [sum(square(reshape(keys, [embedding.shape[0], heads, outputs])), 2)];
  },
  forward: (_, inputs) =>
    untraced(() =>
      scope(() => {
        const [e, w] = inputs.map(({ storage, layout }) => new Tensor(storage, layout));
        const [embedding, key] = [asMatrix(e), asCube(w)];
        const triangles = gramTriangles(key, triangleOf(embedding.shape[1]));
        return [repaired(quadraticForms(embedding, triangles), embedding, key)];
      }),
    ),
  vjp: ({ inputs: [e, w], gradients: [received], needed: [needsEmbedding, needsKey] }) => {
    const [embedding, key, g] = [asMatrix(e), asCube(w), asMatrix(received)];
    const [heads, , columns] = key.shape;
    const triangle = triangleOf(columns);
    const wanted = { toX: needsEmbedding, toCoefficients: needsKey };
    const { toX, toCoefficients } = quadraticFormsGradient(g, embedding, gramTriangles(key, triangle), wanted);
    if (!toCoefficients) return [toX, undefined];
    const moments = reshape(gather(toCoefficients, triangle.whole, 0), [columns, columns, heads]);
    return [toX, mul(matmul(key, transpose(moments, [2, 0, 1])), 2)];
  },
};

/** The squared length of each stock's key in each head: embedding `[N, H]`, key `[K, H, H]` -> `[N, K]`. */
export const squaredLengths = <N extends Dim, H extends Dim, K extends Dim>(
  embedding: Mat<N, H>,
  key: Cube<K, H, H>,
): Mat<N, K> => apply(squaredLengthsOp, [embedding, key], undefined)[0] as Mat<N, K>;
