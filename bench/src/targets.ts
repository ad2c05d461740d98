import { groups } from "./groups.js";
import { compared, least, type Rows, seconds, share, times } from "./measures.js";
import { geometricMean, type Results } from "./results.js";

/** Something that had to be reached. */
export interface Target {
  readonly name: string;
  /** What had to be reached on Node 20 and on later versions; smaller is better where `falls`. */
  readonly required: readonly [node20: number, node24: number];
  /** What was aimed at, on later versions. */
  readonly aim?: number;
  readonly falls?: boolean;
  /** Undefined where something that it takes was not measured, NaN where its rounds lie too far apart to tell. */
  readonly value: (results: Results) => number | undefined;
}

const rowsOf = (pick: (m: number, k: number, n: number, layout: string) => boolean) =>
  groups.matmul.rows.filter(({ spec: { m, k, n, layout, place } }) => place === "scope" && pick(m, k, n, layout));

const isSquare = (m: number, k: number, n: number): boolean => m === k && k === n;
/** The model's rows stand along m, or along k where a product adds them up. */
const rowsIn = (m: number, k: number, _: number, layout: string): number => (layout === "TN" ? k : m);

const blocked = rowsOf((m, k, n, layout) =>
  isSquare(m, k, n) ? m >= 128 && m <= 1024 : [300, 3500].includes(rowsIn(m, k, n, layout)),
);
const long = rowsOf((m, _, __, layout) => m === 2048 || (layout === "NN" && m === 70_000));
const longSums = rowsOf((_, k, __, layout) => layout === "TN" && k === 70_000);
const split = (summed: boolean) =>
  rowsOf(
    (m, k, n, layout) =>
      (layout === "TN" && !isSquare(m, k, n)) === summed &&
      (isSquare(m, k, n) ? m >= 512 : rowsIn(m, k, n, layout) >= 3500),
  );

const names = (rows: Rows): string[] => rows.map(({ name }) => name);
const both = (...operations: readonly string[]): string[] =>
  operations.flatMap((operation) => [16_384, 1_000_000].map((count) => `${operation}, ${count} elements`));
const [wide, narrow] = ["N = 3500, H = K = 64", "N = 300, H = K = 64"];

/** The share of the peak that products reach on one thread: what the history follows. */
export const gemmShare = share(blocked, geometricMean);

/** What the engine was written to reach; ratios are a peer's time over ours, of several rows the least. */
export const targets: readonly Target[] = [
  {
    name: "products, share of the peak of one core: geometric mean over 128^3 to 1024^3 and 300 and 3,500 rows",
    required: [0.75, 0.85],
    aim: 0.92,
    value: gemmShare,
  },
  { name: "the same, the least of the shapes", required: [0.6, 0.7], value: share(blocked, least) },
  { name: "the same for 70,000 rows NN and 2048^3, the least", required: [0.55, 0.7], value: share(long, least) },
  { name: "the same for 70,000 rows TN, the least", required: [0.5, 0.55], aim: 0.7, value: share(longSums, least) },
  {
    name: "products on 2 threads over 1, from 512^3 and 3,500 rows up: geometric mean",
    required: [1.7, 1.7],
    aim: 1.8,
    value: times("matmul", names(split(false)), ["ours-1", "ours-2"], geometricMean),
  },
  {
    name: "the same, TN of the model",
    required: [1.4, 1.4],
    aim: 1.8,
    value: times("matmul", names(split(true)), ["ours-1", "ours-2"], geometricMean),
  },
  {
    name: "GRU, N = 3,500, over PyTorch, 1 thread",
    required: [0.8, 0.9],
    aim: 1,
    value: times("gru", ["N = 3500"], ["torch-1", "ours-1"]),
  },
  {
    name: "the same, 2 threads",
    required: [1, 1.2],
    aim: 1.4,
    value: times("gru", ["N = 3500"], ["torch-2", "ours-2"]),
  },
  {
    name: "GRU, N = 300, over PyTorch, 2 threads",
    required: [1.3, 1.5],
    aim: 1.8,
    value: times("gru", ["N = 300"], ["torch-2", "ours-2"]),
  },
  {
    name: "FactorVAE step, N = 3,500, over PyTorch's loop, 1 thread",
    required: [1.35, 1.6],
    aim: 2.2,
    value: times("step", [wide], ["torch-loop-1", "ours-1"]),
  },
  {
    name: "the same over its collapsed form, 2 threads",
    required: [1.4, 1.7],
    aim: 2,
    value: times("step", [wide], ["torch-collapsed-2", "ours-2"]),
  },
  {
    name: "FactorVAE step, N = 300, over PyTorch's collapsed form, 1 thread",
    required: [0.95, 1.1],
    aim: 1.5,
    value: times("step", [narrow], ["torch-collapsed-1", "ours-1"]),
  },
  {
    name: "the same, 2 threads",
    required: [1.4, 1.7],
    aim: 2.2,
    value: times("step", [narrow], ["torch-collapsed-2", "ours-2"]),
  },
  {
    name: "GRU over jax-js, the least of both sizes",
    required: [2.5, 2.7],
    value: times("gru", ["N = 300", "N = 3500"], ["jax-js", "ours-1"]),
  },
  {
    name: "GRU over tfjs-wasm, the least of both sizes",
    required: [10, 12],
    value: times("gru", ["N = 300", "N = 3500"], ["tfjs", "ours-1"]),
  },
  {
    name: "exp, sigmoid over PyTorch, 16 K and 10^6 elements, the least",
    required: [0.9, 1],
    value: times("elementwise", both("exp", "sigmoid"), ["torch-1", "ours-1"]),
  },
  {
    name: "tanh, softplus over PyTorch, the least",
    required: [1.6, 2],
    value: times("elementwise", both("tanh", "softplus"), ["torch-1", "ours-1"]),
  },
  {
    name: "chain of 1,000 small operations, forward and backward, over PyTorch",
    required: [3, 3],
    aim: 5,
    value: times("chain", ["forward and backward, scope"], ["torch-1", "ours-1"]),
  },
  {
    name: "memory grown in the step of N = 3,500, of what PyTorch's loop takes",
    required: [0.5, 0.5],
    aim: 0.33,
    falls: true,
    value: times("memory", [wide], ["ours-1", "torch-loop-1"]),
  },
  {
    name: "import to first result, ms",
    required: [80, 80],
    falls: true,
    value: seconds("start", "import to first result", 1e3),
  },
  {
    name: "kB gzipped of tensor and autograd",
    required: [60, 60],
    falls: true,
    value: seconds("size", "library", 1e-3),
  },
  {
    name: "kB gzipped of an application that differentiates a product",
    required: [25, 25],
    falls: true,
    value: seconds("size", "app", 1e-3),
  },
  {
    name: "prices file to 158 features, over pandas, 2 threads",
    required: [10, 10],
    value: times("features", ["300 stocks, 1250 days"], ["pandas", "ours-2"]),
  },
  {
    name: "a year of 500 stocks at once, over day by day, features at hand",
    required: [3, 3],
    value: (results) => compared(results, "year", ["day by day", "ours-1"], ["at once", "ours-1"]),
  },
  {
    name: "the same from prices, over 250 times the last day",
    required: [3, 3],
    value: (results) => {
      const [day, year] = ["from prices, the last day alone", "from prices, at once"];
      const ratioOfOne = compared(results, "year", [day, "ours-1"], [year, "ours-1"]);
      return ratioOfOne && ratioOfOne * 250;
    },
  },
];

/** Whether a value reaches what was required on a version of Node. */
export function isReached({ required: [node20, node24], falls }: Target, value: number, major: number): boolean {
  const needed = major < 22 ? node20 : node24;
  return falls ? value <= needed : value >= needed;
}
