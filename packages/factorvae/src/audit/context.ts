import { DataError } from "../data/data-error.js";
import type { FeatureTable } from "../data/feature-table.js";
import type { Panel } from "../data/panel.js";
import type { DateSplit } from "../data/split.js";
import { appliedDataset, configuredSplit, type Dataset } from "../train/dataset.js";
import type { Evidence } from "./evidence.js";

/** What checks look at: a run, and the prices it says it was made from. */
export interface AuditContext extends Evidence {
  readonly panel: Panel;
  /** The panel by the run's own fit. */
  readonly dataset: Dataset<FeatureTable>;
  /** The panel's dates at the run's own edges. */
  readonly split: DateSplit;
  /** Whether the prices are the bytes that the run was trained on. */
  readonly isSameInput: boolean;
}

/**
 * Puts a run and prices side by side.
 *
 * @throws DataError if the prices do not cover the run's dates, or as `appliedDataset`.
 */
export function auditContext(evidence: Evidence, panel: Panel): AuditContext {
  const { run, record } = evidence;
  requireCoverage(evidence, panel);
  return {
    ...evidence,
    panel,
    dataset: appliedDataset(panel, run.config, run.fit),
    split: configuredSplit(panel, {
      ...run.config,
      split: { ...run.edges, embargo: run.config.split.embargo },
    }),
    isSameInput: panel.source?.sha256 === record.input.sha256,
  };
}

function requireCoverage({ run: { edges }, record }: Evidence, { dates, source }: Panel): void {
  const known = new Set(dates);
  const missing = Object.values(edges).find((date) => !known.has(date));
  if (missing === undefined) return;
  throw new DataError(
    `audit: the run's dates go from ${edges.trainFrom} to ${edges.testTo}, and these prices, ${dates[0]} to ` +
      `${dates[dates.length - 1]}, have no market day ${missing}; name the file it was trained on, ${record.input.file}`,
    { file: source?.file ?? "panel" },
  );
}

/** What to add where something differs and the prices are not those of the run. */
export const otherInputNote = ({ isSameInput, record, panel }: AuditContext): string =>
  isSameInput
    ? ""
    : `; ${panel.source?.file ?? "the panel"} is not the file that the run was trained on (${record.input.file}, ` +
      `SHA-256 ${record.input.sha256.slice(0, 12)}...), which may be the reason`;

/** Dates of some splits, ascending, as indices into the calendar. */
export const datesOf = ({ split }: Pick<AuditContext, "split">, ...names: readonly string[]): number[] =>
  split.splitOf.flatMap((name, date) => (name !== undefined && names.includes(name) ? [date] : []));

/** At most `count` of some values, evenly spread, the first and the last among them. */
export function spread<T>(values: readonly T[], count: number): T[] {
  if (values.length <= count) return [...values];
  return Array.from({ length: count }, (_, at) => values[Math.round((at * (values.length - 1)) / (count - 1))]);
}
