import { labelSpan } from "../data/label.js";
import { calibration } from "../evaluate/calibration.js";
import { informationCoefficients } from "../evaluate/information-coefficient.js";
import { validationRows } from "../evaluate/validation-error.js";
import { takeRows } from "../predictions/predictions-days.js";
import { chooseEpoch, minimumValidationDays } from "../train/selection.js";
import { usableDates, validationScore } from "../train/trainer.js";
import { meanRankIc } from "./chance.js";
import { type Check, figure } from "./check.js";
import type { AuditContext } from "./context.js";

/** Ranks of other kernels' last bits may change places; a figure of another epoch is farther away. */
const sameRankIc = 1e-3;
const sameScale = 1e-6;

/** Chooses the epoch again from `metrics.jsonl`, and makes its figure on validation again from `predictions.csv`. */
export const selectionCheck: Check = {
  name: "selection",
  about: "epoch and risk scale were chosen on validation alone; seed, gamma and eta are one each",
  run: (context) => {
    const problems = [...epochProblems(context), ...riskProblems(context), ...settingProblems(context)];
    if (problems.length > 0) return { passed: false, detail: problems.join("; ") };
    const { config } = context.run;
    return {
      passed: true,
      detail:
        `epoch ${context.summary.training.bestEpoch} of ${context.metrics.length} is ${choiceText(context)}; seed ` +
        `${config.seed}, gamma ${config.train.gamma}, eta ${config.backtest.eta}: files cannot tell how many others were ` +
        "tried, nor by what these were chosen",
    };
  },
};

function chosenEpoch({ metrics, run, summary }: AuditContext): number {
  if (summary.training.validationDays < minimumValidationDays) return metrics.length;
  const { best } = chooseEpoch(
    metrics.map((epoch) => validationScore(epoch, run.config)),
    run.config.train,
  );
  return best || metrics.length;
}

const choiceText = ({ summary, run }: AuditContext): string =>
  summary.training.validationDays < minimumValidationDays
    ? `the last, as ${summary.training.validationDays} validation dates are too few to choose by`
    : `the best by ${run.config.train.select} on ${summary.training.validationDays} validation dates`;

function epochProblems(context: AuditContext): string[] {
  const { metrics, summary, run, predictions, dataset, split, panel } = context;
  const { bestEpoch, epochs } = summary.training;
  const chosen = chosenEpoch(context);
  if (epochs !== metrics.length) return [`summary.json tells of ${epochs} epochs, metrics.jsonl of ${metrics.length}`];
  if (bestEpoch !== chosen) return [`epoch ${bestEpoch} was kept, and validation chooses epoch ${chosen}`];
  const told = metrics[bestEpoch - 1]?.validRankIc;
  if (told === undefined) return [];
  const dates = new Set(
    usableDates(dataset, split, "valid", run.config.train.minimumStocks).map((date) => panel.dates[date]),
  );
  const rows = predictions.split.flatMap((name, row) =>
    name === "valid" && dates.has(predictions.date[row]) ? [row] : [],
  );
  const found = meanRankIc(informationCoefficients(takeRows(predictions, rows), run.config.train.minimumStocks));
  if (Math.abs(found - told) <= sameRankIc) return [];
  return [
    `metrics.jsonl tells a validation Rank IC of ${figure(told)} for epoch ${bestEpoch}, and the scores of predictions.csv have ` +
      `${figure(found)}: they are another model's`,
  ];
}

function riskProblems({ predictions, run }: AuditContext): string[] {
  if (predictions.risk === undefined) return [];
  const meanSquaredZ = calibration(validationRows(predictions, labelSpan(run.config.label)).rows)?.meanSquaredZ;
  if (meanSquaredZ === undefined || Math.abs(meanSquaredZ - 1) <= sameScale) return [];
  return [
    `the risks' mean squared z on validation is ${figure(meanSquaredZ)}, and 1 where their scale was learned there`,
  ];
}

function settingProblems({ record, run, summary }: AuditContext): string[] {
  const { seed, backtest } = run.config;
  return [
    ...(record.seed === seed ? [] : [`config.json names seed ${record.seed} and ${seed}`]),
    ...(summary.backtest.eta === backtest.eta
      ? []
      : [`the backtest was made with eta ${summary.backtest.eta}, and config.json has ${backtest.eta}`]),
  ];
}
