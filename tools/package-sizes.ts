import { bundled } from "./bundle.js";

/** A program whose size a README tells. */
interface Sized {
  /** The package in whose README it stands. */
  readonly package: "tensor" | "autograd" | "nn" | "factorvae";
  readonly about: string;
  readonly program: string;
  /** What is not counted. */
  readonly without?: readonly RegExp[];
  readonly platform?: "browser" | "node";
}

/** A size, in kB (1,000 bytes), bundled, minified and gzipped. */
export interface PackageSize extends Pick<Sized, "package" | "about"> {
  readonly kilobytes: number;
}

const training = `
import { valueAndGrad } from "@factorvae/autograd";
import { adam, Linear, parameters, squaredError } from "@factorvae/nn";
import { key, normal } from "@factorvae/tensor";
const [model, x] = [new Linear(3, 1, key(1)), normal(key(2), [64, 3])];
const optimizer = adam(parameters(model), { lr: 0.1 });
export const losses = Array.from({ length: 100 }, () => {
  const { value, grads } = valueAndGrad(() => squaredError(model.forward(x), x.sum(1, true)), parameters(model));
  optimizer.step(grads);
  return value.item();
});`;

const transformer = `
import { key, normal } from "@factorvae/tensor";
import { LayerNorm, MultiHeadAttention } from "@factorvae/nn";
const x = normal(key(1), [2, 5, 16]);
const { output } = new MultiHeadAttention(16, 4, key(2)).forward(x, x, x);
export const normalised = new LayerNorm(16).forward(output);`;

/** All programs that are measured, in the order of the READMEs' tables. */
const sized: readonly Sized[] = [
  { package: "tensor", about: "all of it", program: 'export * from "@factorvae/tensor";' },
  {
    ...{ package: "tensor", about: "a program that adds two tensors (methods, kernels and threads are in it)" },
    program: 'import { tensor } from "@factorvae/tensor"; export const sum = tensor([1, 2]).add(tensor([3, 4]));',
  },
  {
    ...{ package: "tensor", about: "one that solves a linear system besides" },
    program: `import { solve, tensor } from "@factorvae/tensor";
export const x = solve(tensor([2, 1, 1, 3], [2, 2]), tensor([1, 2], [2])).add(tensor([3, 4]));`,
  },
  {
    ...{ package: "autograd", about: "all of it, beside the tensor package" },
    ...{ program: 'export * from "@factorvae/autograd";', without: [/^@factorvae\/tensor$/] },
  },
  { package: "autograd", about: "all of both packages", program: 'export * from "@factorvae/autograd";' },
  {
    ...{ package: "autograd", about: "a program that takes one gradient, tensors included" },
    program: `import { grad, tensor } from "@factorvae/autograd";
export const slope = grad((x) => x.mul(x).sum())(tensor([1, 2]));`,
  },
  {
    ...{ package: "nn", about: "all of it, beside the tensor package" },
    ...{ program: 'export * from "@factorvae/nn";', without: [/^@factorvae\/tensor$/] },
  },
  {
    package: "nn",
    about: "a program that trains a linear layer by Adam, tensors and gradients included",
    program: training,
  },
  { package: "nn", about: "attention and a normalisation, without training", program: transformer },
  {
    ...{ package: "factorvae", about: "all of the library, beside the packages it depends on" },
    ...{ program: 'export * from "factorvae";', without: [/^(?!factorvae$)[@a-z]/], platform: "node" },
  },
];

/** Measures all of them. */
export const packageSizes = (): Promise<PackageSize[]> =>
  Promise.all(
    sized.map(async ({ package: name, about, program, without = [], platform = "browser" }) => {
      const { bytes } = await bundled(program, { external: without, platform });
      return { package: name, about, kilobytes: Math.round(bytes / 100) / 10 };
    }),
  );

/** The table of a package's README. */
export const sizeTable = (sizes: readonly PackageSize[], name: string): string =>
  [
    "| bundled, minified, gzipped | kB |",
    "| --- | ---: |",
    ...sizes
      .filter((size) => size.package === name)
      .map(({ about, kilobytes }) => `| ${about} | ${kilobytes.toFixed(1)} |`),
  ].join("\n");
