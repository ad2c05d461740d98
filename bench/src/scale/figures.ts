import type { Machine } from "../machine.js";

/** What a process found that read a prices file, kept its features in a store, and read an epoch of windows from it. */
export interface ScaleFigures {
  readonly stocks: number;
  readonly dates: number;
  readonly features: number;
  /** Rows of the prices file. */
  readonly rows: number;
  readonly storeBytes: number;
  readonly readSeconds: number;
  /** Computing, fitting and processing the features. */
  readonly buildSeconds: number;
  /** Opening the store again: its hash is compared with that of the prices and settings. */
  readonly reopenSeconds: number;
  /** The windows of all stocks of every date, once. */
  readonly epochSeconds: number;
  /** The most memory that the process held, from its start to its end. */
  readonly peakBytes: number;
}

/** What `pnpm bench:scale` leaves behind. */
export interface ScaleResults {
  readonly date: string;
  readonly commit?: string;
  readonly node: string;
  readonly machine: Machine;
  readonly threads: number;
  /** Steps of a window. */
  readonly steps: number;
  /** The shortest market first. */
  readonly figures: readonly ScaleFigures[];
}
