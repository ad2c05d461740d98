import { labelSpan } from "../data/label.js";
import { frameOf, labelScaleOf } from "../train/dataset.js";
import { usableDates } from "../train/trainer.js";
import type { Check } from "./check.js";
import { datesOf, otherInputNote } from "./context.js";

/**
 * Counts the dates whose labels end in their own split, and takes the label's scale from those of training: both must be
 * the run's.
 */
export const embargoCheck: Check = {
  name: "embargo",
  about: "a date was trained or selected on only if its label's last price lies in the same split",
  run: (context) => {
    const { run, panel, dataset, split, summary } = context;
    const { minimumStocks } = run.config.train;
    const span = labelSpan(run.config.label);
    const problems = (["train", "valid"] as const).flatMap((name) => {
      const expected = usableDates(dataset, split, name, minimumStocks).length;
      const everything = { ...split, usable: new Uint8Array(split.usable.length).fill(1) };
      const withoutEmbargo = usableDates(dataset, everything, name, minimumStocks).length;
      const [what, used] =
        name === "train"
          ? (["trained on", summary.training.trainingDays] as const)
          : (["selected by", summary.training.validationDays] as const);
      if (used === expected) return [];
      const reason = used === withoutEmbargo ? ", as if labels might end in the next split" : "";
      return [`${used} dates were ${what}, where ${expected} have labels that end in the split${reason}`];
    });
    const labelScale = labelScaleOf(frameOf(panel, run.config), split);
    if (!Object.is(labelScale, run.fit.labelScale))
      problems.push(`the label's scale is ${run.fit.labelScale}, and ${labelScale} on dates that may be trained on`);
    if (problems.length > 0) return { passed: false, detail: `${problems.join("; ")}${otherInputNote(context)}` };
    const { trainingDays, validationDays } = summary.training;
    const [train, valid] = [datesOf(context, "train"), datesOf(context, "valid")];
    return {
      passed: true,
      detail:
        `${trainingDays} dates of ${train.length} were trained on and ${validationDays} of ${valid.length} selected by, none ` +
        `with a label (${span} dates long) that ends after its split`,
    };
  },
};
