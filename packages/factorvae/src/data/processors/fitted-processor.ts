import { z } from "zod";

const perFeature = z.array(z.number());

/** Pooled z-scores: `(x - center) / scale`, cut at +-clip; a scale of 0 gives 0. One entry a feature. */
const scaling = z.strictObject({
  kind: z.enum(["robust-z-score", "z-score"]),
  center: perFeature,
  scale: perFeature,
  clip: z.number(),
});

/** Bounds by feature; null leaves a feature as it is. */
const bounding = z.strictObject({
  kind: z.enum(["winsorise-quantiles", "winsorise-deviations"]),
  bounds: z.array(z.strictObject({ lower: z.number(), upper: z.number() }).nullable()),
});

/** A processor with all that the training dates taught it; plain data, kept to the bit by JSON. */
export const fittedProcessor = z.discriminatedUnion("kind", [
  scaling,
  bounding,
  z.strictObject({ kind: z.literal("cross-section-z-score"), clip: z.number() }),
  z.strictObject({ kind: z.literal("cross-section-rank") }),
  z.strictObject({ kind: z.literal("fill-zero") }),
  z.strictObject({ kind: z.literal("fill-median") }),
  z.strictObject({ kind: z.literal("fill-forward"), limit: z.int() }),
  z.strictObject({ kind: z.literal("neutralise-group") }),
  z.strictObject({ kind: z.literal("neutralise-regression"), columns: z.array(z.string()) }),
]);

/** A processor with all that the training dates taught it. */
export type FittedProcessor = z.output<typeof fittedProcessor>;

/** A fitted pooled z-score. */
export type Scaling = z.output<typeof scaling>;

/** A fitted winsorisation. */
export type Bounding = z.output<typeof bounding>;

/** Processors in order, fitted to features of these names. */
export const normaliserRecord = z
  .object({ names: z.array(z.string()), processors: z.array(fittedProcessor), notes: z.array(z.string()) })
  .refine(({ names, processors }) => processors.every((processor) => fits(processor, names.length)));

function fits(processor: FittedProcessor, features: number): boolean {
  if ("bounds" in processor) return processor.bounds.length === features;
  return !("center" in processor) || (processor.center.length === features && processor.scale.length === features);
}
