import { type Group, kilobytes, microsecondsPerOperation, milliseconds, type Place } from "./group.js";

/** One operation on 64 elements, or one 8 x 8 product, again and again. */
export interface OverheadSpec {
  readonly operation: "add" | "matmul";
  readonly place: Place;
}

/** `x = x * y + x` in `length` operations of 64 elements, and the gradient of the sum. */
export interface ChainSpec {
  readonly length: number;
  readonly backward: boolean;
  readonly place: Place;
}

/** The sum of `tanh(x w)` through three layers, its gradient by x, or the product of its Hessian with a vector. */
export interface CurvatureSpec {
  readonly what: "grad" | "hvp";
  readonly rows: number;
  readonly width: number;
}

/** From the import of a library to the first product of two 8 x 8 matrices. */
export type StartSpec = Readonly<Record<string, never>>;

/** A bundle: all of a library, or an application that imports what it takes to differentiate a product. */
export interface SizeSpec {
  readonly what: "library" | "app";
}

const places = ["scope", "heap"] as const;

/** What an operation costs whatever it computes. */
export const overhead: Group<OverheadSpec> = {
  about: "What calling an operation costs: additions of 64 elements and products of 8 x 8, each a run of its own.",
  unit: microsecondsPerOperation,
  warmUp: 10,
  rows: places.flatMap((place) =>
    (["add", "matmul"] as const).map((operation) => ({
      name: `${operation}, ${place}`,
      amount: 100,
      spec: { operation, place },
    })),
  ),
};

/** A thousand small operations. */
export const chain: Group<ChainSpec> = {
  about: "A chain of 1,000 operations on 64 elements, additions and products in turn.",
  unit: microsecondsPerOperation,
  warmUp: 10,
  rows: places.flatMap((place) =>
    [false, true].map((backward) => ({
      name: `${backward ? "forward and backward" : "forward"}, ${place}`,
      amount: 1000,
      spec: { length: 1000, backward, place },
    })),
  ),
};

/** Second derivatives. */
export const curvature: Group<CurvatureSpec> = {
  about:
    "Three layers of tanh, 256 rows of 64: the gradient by the input, and the product of the Hessian with a vector.",
  unit: milliseconds,
  warmUp: 10,
  place: "scope",
  rows: (["grad", "hvp"] as const).map((what) => ({
    name: what,
    amount: 1,
    spec: { what, rows: 256, width: 64 },
  })),
};

/** How soon a process has a result. */
export const start: Group<StartSpec> = {
  about: "From the import to the first product of two 8 x 8 matrices, in a fresh process.",
  unit: milliseconds,
  place: "heap",
  rows: [{ name: "import to first result", amount: 1, spec: {} }],
};

/** What a browser has to load. */
export const size: Group<SizeSpec> = {
  about:
    "Bundled, minified and gzipped: all of a library (ours: `tensor` and `autograd`), and an application that imports what it takes to make a tensor, multiply matrices and differentiate. WebAssembly files of a peer count.",
  unit: kilobytes,
  rows: (["library", "app"] as const).map((what) => ({ name: what, amount: 1, spec: { what } })),
};
