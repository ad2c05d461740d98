import { z } from "zod";

const clip = z.number().positive().optional();

/** A processor as the settings name it, with its options; what it learns comes later. */
export const processorSettings = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("robust-z-score"), clip }),
  z.strictObject({ kind: z.literal("z-score"), clip }),
  z.strictObject({ kind: z.literal("cross-section-z-score"), clip }),
  z.strictObject({ kind: z.literal("cross-section-rank") }),
  z.strictObject({
    kind: z.literal("winsorise-quantiles"),
    lower: z.number().min(0).lt(0.5).default(0.01),
    upper: z.number().gt(0.5).max(1).default(0.99),
  }),
  z.strictObject({ kind: z.literal("winsorise-deviations"), deviations: z.number().positive().default(3) }),
  z.strictObject({ kind: z.literal("fill-zero") }),
  z.strictObject({ kind: z.literal("fill-median") }),
  z.strictObject({ kind: z.literal("fill-forward"), limit: z.int().min(1).default(5) }),
  z.strictObject({ kind: z.literal("neutralise-group") }),
  z.strictObject({ kind: z.literal("neutralise-regression"), columns: z.array(z.string()).min(1) }),
]);

/** One processor of `features.processors`. */
export type ProcessorSettings = z.output<typeof processorSettings>;

/**
 * The processors of `features.processors`, in order. The last fills with zero: a window has no missing values, and some may
 * be left whatever came before.
 */
export const processorList = z
  .array(processorSettings)
  .refine((list) => list.at(-1)?.kind === "fill-zero", { error: "must end in {kind: fill-zero}" })
  .default([{ kind: "robust-z-score" }, { kind: "fill-zero" }]);

/** How many dates before its own a processed feature reads because of the processors. */
export const processorsLookBack = (processors: readonly ProcessorSettings[]): number =>
  processors.reduce((sum, processor) => sum + (processor.kind === "fill-forward" ? processor.limit : 0), 0);
