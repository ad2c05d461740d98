import type { Fit } from "../train/dataset.js";
import { fitDataset } from "../train/dataset.js";
import { afterwards } from "./alterations.js";
import type { Check, Finding } from "./check.js";
import { type AuditContext, datesOf, otherInputNote } from "./context.js";

/** Fits again on the training dates alone, and once more with everything after them altered: all three are one fit. */
export const normaliserCheck: Check = {
  name: "normaliser",
  about: "the normaliser was fitted on the training dates alone",
  run: (context) => {
    const { run, panel, split } = context;
    const refit = fitDataset(panel, run.config, split).fit;
    const training = datesOf(context, "train");
    const last = training[training.length - 1];
    const blind = fitDataset(afterwards(panel, last, "altered"), run.config, split).fit;
    const leak = differences(withoutScale(refit), withoutScale(blind), "");
    if (leak.length > 0)
      return failed(`a fit changes with the prices after ${panel.dates[last]}: ${leak[0]} (${leak.length} numbers)`);
    const changed = differences(withoutScale(run.fit), withoutScale(refit), "");
    if (changed.length > 0)
      return failed(
        `${changed.length} numbers of the run's fit are not those of its training dates (${run.edges.trainFrom} to ` +
          `${panel.dates[last]}): ${changed[0]}${allDatesRemark(context)}${otherInputNote(context)}`,
      );
    return {
      passed: true,
      detail: `a fit on ${training.length} training dates gives the run's numbers to the bit, with and without later prices`,
    };
  },
};

const failed = (detail: string): Finding => ({ passed: false, detail });

/** The clipped shares follow from the normaliser; runs of earlier versions have none. */
const withoutScale = ({ labelScale: _, clipped: __, ...rest }: Fit): object => rest;

/** Whether a fit on every date explains the run's. */
function allDatesRemark({ run, panel, split }: AuditContext): string {
  const everywhere = { ...split, splitOf: split.splitOf.map(() => "train" as const) };
  const { fit } = fitDataset(panel, run.config, everywhere);
  const isOfAllDates = differences(withoutScale(run.fit), withoutScale(fit), "").length === 0;
  return isOfAllDates ? "; they are those of all dates" : "";
}

/** `center.3 is 0.1, refitted 0.2`, for each number or text of plain data that differs. */
function differences(found: unknown, expected: unknown, name: string): string[] {
  if (!isObject(found) || !isObject(expected))
    return Object.is(found, expected) ? [] : [`${name} is ${String(found)}, refitted ${String(expected)}`];
  const keys = [...new Set([...Object.keys(found), ...Object.keys(expected)])];
  return keys.flatMap((key) => differences(found[key], expected[key], name === "" ? key : `${name}.${key}`));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
