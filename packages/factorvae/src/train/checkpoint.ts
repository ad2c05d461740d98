import { readSafetensors, writeSafetensors } from "@factorvae/autograd";
import { z } from "zod";
import type { Checkpoint } from "./trainer.js";

const epochMetrics = z.object({
  epoch: z.int().min(1),
  loss: z.number(),
  nll: z.number(),
  kl: z.number(),
  klPerFactor: z.array(z.number()),
  activeFactors: z.number(),
  deadHeads: z.number(),
  gradientNorm: z.number(),
  clippedLabels: z.number(),
  validRankIc: z.exactOptional(z.number()),
  validNll: z.exactOptional(z.number()),
  seconds: z.exactOptional(z.number()),
});

const allMetrics = z.array(epochMetrics);

/** A checkpoint as the bytes of one safetensors file, the metrics in its metadata: whole, or not there at all. */
export const writeCheckpoint = ({ tensors, metrics }: Checkpoint): Uint8Array =>
  writeSafetensors(tensors, { metrics: JSON.stringify(metrics) });

/**
 * The checkpoint in bytes that `writeCheckpoint` made; training goes on from it to the same bits.
 *
 * @throws Error if the bytes hold no checkpoint.
 */
export function readCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes);
  const metrics = allMetrics.safeParse(JSON.parse(metadata.metrics ?? "null"));
  if (!metrics.success) throw new Error("checkpoint: the metadata hold no metrics of the epochs so far");
  return { tensors, metrics: metrics.data };
}

/** Metrics as `metrics.jsonl` holds them: one JSON object a line, one line an epoch. */
export const metricsLines = (metrics: Checkpoint["metrics"]): string =>
  metrics.map((epoch) => `${JSON.stringify(epoch)}\n`).join("");

/**
 * The epochs in the text of a `metrics.jsonl`.
 *
 * @throws Error that names the first line that is none.
 */
export function parseMetrics(text: string): Checkpoint["metrics"] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line, at) => {
    const epoch = epochMetrics.safeParse(parsed(line));
    if (epoch.success) return epoch.data;
    throw new Error(`metrics: line ${at + 1} holds no figures of an epoch: ${line.slice(0, 60)}`);
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
