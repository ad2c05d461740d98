import { type GroupName, groupNames } from "./groups.js";

/** Who is measured: a library, in one of its modes. */
export interface Contender {
  readonly name: string;
  /** The head of its column. */
  readonly title: string;
  readonly library: "ours" | "tfjs" | "jax-js" | "onnxruntime" | "ml-matrix" | "torch" | "pandas";
  readonly threads: 1 | 2;
  readonly groups: readonly GroupName[];
  /** Ours: which kernels. */
  readonly kernels?: "auto" | "plain";
  /** PyTorch: how its FactorVAE computes the attention heads. */
  readonly form?: "loop" | "batched" | "collapsed";
}

const large: readonly GroupName[] = ["matmul", "elementwise", "gru", "step", "memory", "epoch", "year", "features"];

const ours: readonly Contender[] = [
  { name: "ours-1", title: "ours", library: "ours", threads: 1, kernels: "auto", groups: groupNames },
  { name: "ours-2", title: "ours, 2 threads", library: "ours", threads: 2, kernels: "auto", groups: large },
  {
    name: "plain-1",
    title: "ours, plain SIMD",
    library: "ours",
    threads: 1,
    kernels: "plain",
    groups: ["matmul", "elementwise", "gru", "step", "epoch"],
  },
];

const libraries: readonly Contender[] = [
  {
    name: "tfjs",
    title: "tfjs-wasm",
    library: "tfjs",
    threads: 1,
    groups: ["matmul", "elementwise", "operations", "gru", "overhead", "chain", "size"],
  },
  {
    name: "jax-js",
    title: "jax-js",
    library: "jax-js",
    threads: 1,
    groups: ["matmul", "elementwise", "operations", "gru", "chain", "size"],
  },
  { name: "onnxruntime", title: "onnxruntime-web", library: "onnxruntime", threads: 1, groups: ["matmul", "size"] },
  { name: "ml-matrix", title: "ml-matrix", library: "ml-matrix", threads: 1, groups: ["matmul", "operations", "size"] },
];

const torch: readonly Contender[] = ([1, 2] as const).flatMap((threads) => {
  const suffix = threads === 1 ? "" : ", 2 threads";
  const small: readonly GroupName[] = threads === 1 ? ["operations", "overhead", "chain", "curvature", "start"] : [];
  const forms: readonly GroupName[] = threads === 1 ? ["step", "memory"] : ["step"];
  return [
    {
      name: `torch-${threads}`,
      title: `PyTorch${suffix}`,
      library: "torch",
      threads,
      groups: ["matmul", "elementwise", "gru", ...small],
    },
    ...(["loop", "batched", "collapsed"] as const).map((form) => ({
      name: `torch-${form}-${threads}`,
      title: `PyTorch ${form}${suffix}`,
      library: "torch" as const,
      threads,
      form,
      groups: forms,
    })),
  ];
});

const pandas: Contender = { name: "pandas", title: "pandas", library: "pandas", threads: 1, groups: ["features"] };

/** All contenders, in the order of the columns. */
const contenders: readonly Contender[] = [...ours, ...libraries, ...torch, pandas];

/** Those that are measured at a group. */
export const contendersOf = (group: GroupName): readonly Contender[] =>
  contenders.filter(({ groups }) => groups.includes(group));

/** Ours with as many threads: what a peer is compared with. */
export const rivalOf = ({ threads }: Contender): string => `ours-${threads}`;
