/** Something to be timed. */
export interface Row {
  readonly name: string;
  /** How much of the group's unit one run is: floating-point operations, elements, operations, steps. */
  readonly amount: number;
  /** Computes once; what it returns is looked at, so that no engine can leave the work out. */
  readonly run: () => ArrayLike<number>;
  /** The same by a loop as one would write it without a library, timed in turn with `run`. */
  readonly plainLoop?: () => ArrayLike<number>;
}

/** How a group's figures are told. */
export interface Unit {
  readonly name: string;
  /** The figure of a run of so many seconds. */
  readonly figure: (seconds: number, amount: number) => number;
  readonly digits: number;
}

/** Rows that share a unit. */
export interface Group {
  readonly name: string;
  readonly about: string;
  readonly unit: Unit;
  /** Makes the inputs; called when the group's turn comes. */
  readonly rows: () => readonly Row[];
}

/** Billions of floating-point operations a second. */
export const gigaflops: Unit = { name: "GFLOP/s", figure: (seconds, amount) => amount / seconds / 1e9, digits: 2 };
/** Nanoseconds for each element. */
export const nanosecondsPerElement: Unit = {
  name: "ns per element",
  figure: (seconds, amount) => (seconds / amount) * 1e9,
  digits: 2,
};
/** Microseconds for each operation. */
export const microsecondsPerOperation: Unit = {
  name: "us per operation",
  figure: (seconds, amount) => (seconds / amount) * 1e6,
  digits: 2,
};
/** Milliseconds for each run. */
export const milliseconds: Unit = { name: "ms", figure: (seconds, amount) => (seconds / amount) * 1e3, digits: 2 };
