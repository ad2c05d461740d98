import { type Group, gigaflops, type Place, type Row } from "./group.js";

/** `[m, k] @ [k, n]`; T marks the factor that is stored transposed. */
export interface MatmulSpec {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly layout: Layout;
  readonly place: Place;
}

type Layout = "NN" | "NT" | "TN";
type Sizes = readonly [m: number, k: number, n: number];

const row = ([m, k, n]: Sizes, layout: Layout, peers = false, place: Place = "scope"): Row<MatmulSpec> => ({
  name: `${m} x ${k} x ${n} ${layout}${place === "heap" ? ", heap" : ""}`,
  amount: 2 * m * k * n,
  spec: { m, k, n, layout, place },
  ...(!peers && { oursOnly: true }),
});

const cube = (n: number): Sizes => [n, n, n];

const squares = [64, 128, 256, 512, 1024].flatMap((n) => [
  row(cube(n), "NN", true),
  row(cube(n), "NT"),
  row(cube(n), "TN"),
]);

/** A layer of the model from `k` to `n` columns: the product forward (NN), and those of its gradients (NT, TN). */
const layer = (rows: number, k: number, n: number, peers = false): Row<MatmulSpec>[] => [
  row([rows, k, n], "NN", peers),
  row([rows, n, k], "NT", peers),
  row([k, rows, n], "TN", peers),
];

/** Projection, gates, layers of the heads, portfolios, and all attention keys, with H = K = 64, C = 158, M = 128. */
const ofTheModel = [300, 3500].flatMap((rows) => [
  ...layer(rows, 158, 64),
  ...layer(rows, 64, 192, true),
  ...layer(rows, 64, 64),
  ...layer(rows, 64, 128),
  ...layer(rows, 64, 4096),
]);

const large = [
  row([70_000, 158, 64], "NN", true),
  row([158, 70_000, 64], "TN", true),
  row([70_000, 64, 192], "NN"),
  row([64, 70_000, 192], "TN"),
  row(cube(2048), "NN", true),
];

const small = [...layer(6000, 20, 60), row([240, 20, 160], "NN")];

const onTheHeap = [row(cube(64), "NN", true, "heap"), row(cube(512), "NN", true, "heap")];

/** Matrix products, square and of the model's shapes, with either factor as it is or stored transposed. */
export const matmul: Group<MatmulSpec> = {
  about: `Matrix products \`[m, k] @ [k, n]\`, 2 m k n operations each; T marks the factor that is stored transposed. Of the
model's: a layer forward (NN) and its two gradients (NT, TN), for 300 and 3,500 stocks with H = K = 64, C = 158, M = 128,
70,000 rows of 20 steps, and the command's default sizes.`,
  unit: gigaflops,
  ofPeak: true,
  rows: [...squares, ...ofTheModel, ...large, ...small, ...onTheHeap],
};
