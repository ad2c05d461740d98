import { z } from "zod";
import type { Config } from "../config.js";
import { parseConfig } from "../config.js";
import { clippedRecord } from "../data/clipped-shares.js";
import { normaliserRecord } from "../data/processors/fitted-processor.js";
import type { Fit } from "../train/dataset.js";
import type { Run } from "../train/train.js";

/** Says that a `config.json` is ours, and in which form. */
const format = "factorvae-run-1";

const inputRecord = z.object({
  /** The prices file's name without its folder. */
  file: z.string(),
  /** SHA-256 of its bytes as stored. */
  sha256: z.string(),
  /** The file of the market's dates, where there is one. */
  calendar: z.exactOptional(z.object({ file: z.string(), sha256: z.string() })),
  /** Files of features, where there are any, and which features each brought. */
  features: z.exactOptional(z.array(z.object({ file: z.string(), sha256: z.string(), names: z.array(z.string()) }))),
  /** The file of the universe, where there is one. */
  universe: z.exactOptional(z.object({ file: z.string(), sha256: z.string() })),
  /** What the backtest is compared with, and the file of the stocks that it may hold, where they are named. */
  benchmark: z.exactOptional(z.object({ file: z.string(), sha256: z.string(), symbol: z.string() })),
  backtestUniverse: z.exactOptional(z.object({ file: z.string(), sha256: z.string() })),
  /** From what a simulated market was made. */
  simulated: z.exactOptional(z.object({ seed: z.int(), stocks: z.int(), days: z.int() })),
});

const engineRecord = z.object({ kernels: z.string(), fused: z.boolean() });

const runRecord = z.object({
  format: z.literal(format),
  /** Which command made the folder: a folder is replaced or resumed by its own alone. */
  command: z.enum(["train", "demo"]),
  /** Of our packages and of Node. */
  versions: z.record(z.string(), z.string()),
  /** The kernels that ran, and whether their multiply-adds rounded once: another choice gives other last bits. */
  engine: z.exactOptional(engineRecord),
  /** Where the run was resumed on other kernels than before: which, and after how many epochs. */
  resumedOn: z.exactOptional(z.array(engineRecord.extend({ epochsDone: z.int() }))),
  seed: z.int(),
  input: inputRecord,
  settings: z.unknown(),
});

/** What a run was made from, as `config.json` holds it; `settings` is every setting as resolved. */
export interface RunRecord extends Omit<z.output<typeof runRecord>, "settings" | "format"> {
  readonly settings: Config;
}

/** The JSON object of `config.json`. */
export const recordJson = (record: RunRecord): object => ({ format, ...record });

/**
 * The record in the text of a `config.json`; undefined if the text is not that of one of ours.
 *
 * @throws ConfigError if it is ours, but a setting is not possible.
 */
export function parseRecord(text: string): RunRecord | undefined {
  const record = runRecord.safeParse(parsedJson(text));
  if (!record.success) return undefined;
  const { format: _, settings, ...rest } = record.data;
  return { ...rest, settings: parseConfig(settings) };
}

const fitRecord = z.object({
  normaliser: normaliserRecord,
  labelScale: z.number(),
  clipped: z.exactOptional(clippedRecord),
  riskScale: z.number(),
  edges: z.object({ trainFrom: z.string(), validFrom: z.string(), testFrom: z.string(), testTo: z.string() }),
});

/** What `fit.json` holds: what a run learned beside its parameters, and predictions need again. */
export type FitRecord = Fit & Pick<Run, "riskScale" | "edges">;

/**
 * The fit in the text of a `fit.json`; undefined if there is none. JSON keeps every number to the bit.
 */
export function parseFit(text: string): FitRecord | undefined {
  const fit = fitRecord.safeParse(parsedJson(text));
  if (!fit.success) return undefined;
  const { normaliser, clipped } = fit.data;
  return clipped && clipped.byFeature.length !== normaliser.names.length ? undefined : fit.data;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
