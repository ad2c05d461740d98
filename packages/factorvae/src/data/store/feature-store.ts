import { closeSync, existsSync, openSync, statSync } from "node:fs";
import { readBytes } from "./file-bytes.js";
import { type FeatureFit, readHeader } from "./store-header.js";

/** Processed features of every stock on every date, on disk; opened, they take no memory but what is read of them. */
export interface FeatureStore {
  readonly names: readonly string[];
  /** The market calendar, ISO dates, ascending. */
  readonly dates: readonly string[];
  /** In code-unit order. */
  readonly symbols: readonly string[];
  /** What the features were processed by, and how much of them it cut. */
  readonly fit: FeatureFit;
  /**
   * Reads the features of one symbol from the date `first` on, `[date, feature]`: as many dates as `target` holds.
   *
   * @throws Error if the store is closed, or its file is cut short
   */
  readonly readRows: (symbol: number, first: number, target: Float32Array) => void;
  /** Gives the file back. Closing twice does nothing. */
  readonly close: () => void;
}

/**
 * Opens a store if it holds what is asked for.
 *
 * @param identity what the features are made from and how, as `storeIdentity` has it
 * @returns undefined where there is no such file, or a store of other features
 * @throws Error if the file is no store
 */
export function openStore(
  path: string,
  identity: string,
  { names, dates, symbols }: Pick<FeatureStore, "names" | "dates" | "symbols">,
): FeatureStore | undefined {
  if (!existsSync(path)) return undefined;
  if (statSync(path).isDirectory()) throw new Error(`${path}: a folder; a store of features is a file, name one in it`);
  let file: number | undefined = openSync(path, "r");
  const close = (): void => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  const header = readHeader(file);
  if (header?.identity !== identity) close();
  if (header === undefined)
    throw new Error(
      `${path}: a store of features cannot take the place of a file that is none; name another, or remove it`,
    );
  if (header.identity !== identity) return undefined;
  const { fit, valuesAt } = header;
  const readRows: FeatureStore["readRows"] = (symbol, first, target) => {
    if (file === undefined) throw new Error("feature store: it is closed");
    readBytes(path, file, target, valuesAt + 4 * (symbol * dates.length + first) * names.length);
  };
  return { names, dates, symbols, fit, readRows, close };
}
