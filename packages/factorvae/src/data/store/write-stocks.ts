import { closeSync, openSync } from "node:fs";
import { computableFeatures, type FeatureChoice } from "../feature-choice.js";
import { writeSymbol } from "../feature-table.js";
import type { Panel } from "../panel.js";
import { writeBytes } from "./file-bytes.js";

/** Whose features are written where. The memory is shared where several threads work at one task. */
export interface StocksTask {
  readonly fields: Panel["fields"];
  readonly present: Uint8Array;
  readonly dates: number;
  readonly symbols: number;
  /** Of features that can all be computed. */
  readonly choice: FeatureChoice;
  readonly path: string;
  /** The byte at which the values begin. */
  readonly valuesAt: number;
  /** The next symbol that nobody has taken, in its only element. */
  readonly next: Int32Array;
}

/** Computes stocks that nobody has taken, and writes each to its place in the file, until none is left. */
export function writeStocks({ fields, present, dates, symbols, choice, path, valuesAt, next }: StocksTask): void {
  const features = computableFeatures({ fields }, choice, "refuse");
  const values = new Float32Array(dates * features.length);
  const file = openSync(path, "r+");
  try {
    for (let symbol = Atomics.add(next, 0, 1); symbol < symbols; symbol = Atomics.add(next, 0, 1)) {
      const stretch = [symbol * dates, (symbol + 1) * dates] as const;
      const ofStock = Object.entries(fields).map(([name, all]) => [name, all.subarray(...stretch)]);
      const stock = {
        fields: Object.fromEntries(ofStock),
        present: present.subarray(...stretch),
        dates: { length: dates },
      };
      writeSymbol(stock, 0, features, values);
      writeBytes(file, values, valuesAt + values.byteLength * symbol);
    }
  } finally {
    closeSync(file);
  }
}
