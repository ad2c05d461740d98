import { key, type Mat, matmul, normal, t } from "@factorvae/autograd";
import { type Group, gigaflops, type Row } from "../group.js";

type Sizes = readonly [rows: number, inner: number, columns: number];

/** `a @ b` as three loops, the inner one along rows of b. */
function threeLoops(a: ArrayLike<number>, b: ArrayLike<number>, [rows, inner, columns]: Sizes): Float32Array {
  const product = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let p = 0; p < inner; p++) {
      const factor = a[i * inner + p];
      for (let j = 0; j < columns; j++) product[i * columns + j] += factor * b[p * columns + j];
    }
  return product;
}

/** N: as the product reads it; T: stored transposed. */
function row(about: string, sizes: Sizes, layout: "NN" | "NT" | "TN"): Row {
  const [rows, inner, columns] = sizes;
  const stored = (name: number, r: number, c: number, transposed: boolean): Mat =>
    transposed ? t(normal(key(name), [c, r])) : normal(key(name), [r, c]);
  const a = stored(1, rows, inner, layout === "TN");
  const b = stored(2, inner, columns, layout === "NT");
  const [valuesOfA, valuesOfB] = [a.data, b.data];
  return {
    name: `${about} ${rows} x ${inner} x ${columns} ${layout}`,
    amount: 2 * rows * inner * columns,
    run: () => matmul(a, b).data,
    ...(layout === "NN" && { plainLoop: () => threeLoops(valuesOfA, valuesOfB, sizes) }),
  };
}

const squares = [64, 128, 256, 512].map((n) => ["square", [n, n, n]] as const);

/** Products of the model: 300 stocks, 20 steps, H = C = 20, K = 8, M = 32. */
const ofTheModel = [
  ["projection", [6000, 20, 20]],
  ["input gates", [6000, 20, 60]],
  ["recurrent gates", [300, 20, 60]],
  ["attention keys", [300, 20, 160]],
  ["portfolios", [300, 20, 32]],
] as const;

/** Matrix products, square and of the model's shapes, with either factor as it is or stored transposed. */
export const matmulGroup: Group = {
  name: "matmul",
  about: "Matrix products, 2 m k n operations each; T marks the factor that is stored transposed.",
  unit: gigaflops,
  rows: () =>
    [...squares, ...ofTheModel].flatMap(([about, sizes]) =>
      (["NN", "NT", "TN"] as const).map((layout) => row(about, sizes, layout)),
    ),
};
