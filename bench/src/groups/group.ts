/** How a group's figures are told; `figure` takes seconds or bytes, and how much of the unit one run is. */
export interface Unit {
  readonly name: string;
  readonly figure: (measured: number, amount: number) => number;
  readonly digits: number;
  /** Whether it tells bytes, which do not mind what else runs on the machine. */
  readonly isOfBytes?: boolean;
}

/** Something to be measured, in the words that every library's own code understands. */
export interface Row<Spec> {
  readonly name: string;
  /** How much of the group's unit one run is: floating-point operations, elements, operations, steps. */
  readonly amount: number;
  readonly spec: Spec;
  /** Measured of ours alone, and left out of a quick run. */
  readonly oursOnly?: boolean;
}

/**
 * Where operands and results of a row live: on the heap, as JavaScript arrays, or within a scope, in the kernels' memory
 * (a peer's result is then left where that library keeps it).
 */
export type Place = "heap" | "scope";

/** Rows that share a unit. */
export interface Group<Spec> {
  readonly about: string;
  readonly unit: Unit;
  readonly rows: readonly Row<Spec>[];
  /** Where operands and results live, where the rows do not say it themselves. */
  readonly place?: Place;
  /**
   * How many times as long as others its rows warm up in JavaScript (default 1): where much of the work is the language's
   * own, its compiler is at it for so long.
   */
  readonly warmUp?: number;
  /** Whether throughput is told as a share of the peak of one core's fused multiply-adds. */
  readonly ofPeak?: boolean;
}

/** Billions of floating-point operations a second. */
export const gigaflops: Unit = {
  name: "GFLOP/s",
  figure: (seconds, amount) => amount / seconds / 1e9,
  digits: 1,
};

const secondsIn = (name: string, factor: number, digits: number): Unit => ({
  name,
  figure: (seconds, amount) => (seconds / amount) * factor,
  digits,
});

/** Nanoseconds for each element. */
export const nanosecondsPerElement = secondsIn("ns per element", 1e9, 3);
/** Microseconds for each operation. */
export const microsecondsPerOperation = secondsIn("us per operation", 1e6, 2);
/** Milliseconds for each run. */
export const milliseconds = secondsIn("ms", 1e3, 2);
/** Millions of bytes. */
export const megabytes: Unit = { name: "MB", figure: (bytes) => bytes / 1e6, digits: 0, isOfBytes: true };
/** Thousands of bytes. */
export const kilobytes: Unit = { name: "kB", figure: (bytes) => bytes / 1e3, digits: 1, isOfBytes: true };
