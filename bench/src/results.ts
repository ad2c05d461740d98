import type { Machine } from "./machine.js";
import type { Effort } from "./timing.js";

/** What the processes of one contender found about one row, in seconds or bytes. */
export interface Figure {
  readonly group: string;
  readonly row: string;
  readonly contender: string;
  /** The middle of each process's runs, in the order of the rounds. */
  readonly medians: readonly number[];
  /** The least of all runs. */
  readonly least: number;
  /** Cores that other programs kept busy meanwhile, the median over the processes. */
  readonly others: number;
  /** Of each process: operations a second that one core could do at most, where the group tells. */
  readonly peaks?: readonly number[];
}

/** What one run of the benchmarks on one version of Node leaves behind. */
export interface Results {
  readonly date: string;
  /** Of the sources, where that is known. */
  readonly commit?: string;
  readonly node: string;
  readonly v8: string;
  readonly machine: Machine;
  /** Processes that wanted a core over the last minute, before and after: above 1 others were at work. */
  readonly load: readonly [before: number, after: number];
  readonly effort: Effort;
  /** Of each library that was measured. */
  readonly versions: Readonly<Record<string, string>>;
  /** Sentences about what was left out. */
  readonly missing: readonly string[];
  readonly figures: readonly Figure[];
}

/** The major version of the Node that was measured. */
export const majorOf = ({ node }: Results): number => Number.parseInt(node, 10);

/** The middle one of some numbers, the mean of the middle two where their count is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2;
}

/** The geometric mean of some numbers. */
export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** The figure of a contender at a row, if it was measured there. */
export const figureOf = ({ figures }: Results, group: string, row: string, contender: string): Figure | undefined =>
  figures.find((figure) => figure.group === group && figure.row === row && figure.contender === contender);

/** What one figure is of another: the median of the rounds' ratios. */
export function ratio(above: Figure | undefined, below: Figure | undefined): number | undefined {
  if (!above || !below) return undefined;
  const rounds = Math.min(above.medians.length, below.medians.length);
  return median(Array.from({ length: rounds }, (_, round) => above.medians[round] / below.medians[round]));
}

/** How far the rounds of a figure may lie apart, the largest over the least. */
const steady = 1.5;

/** Whether other programs left the machine alone: they slow what runs on two threads many times over. */
export const isQuiet = ({ others }: Pick<Figure, "others">): boolean => others <= 0.25;

/** Whether the rounds agree, and had the machine to themselves. */
export const isSteady = (figure: Figure): boolean =>
  isQuiet(figure) && Math.max(...figure.medians) <= steady * Math.min(...figure.medians);

/** The share of the peak of one core that a figure reached, at so many operations a run: the median over the rounds. */
export function shareOfPeak(figure: Figure | undefined, operations: number): number | undefined {
  if (!figure?.peaks?.length) return undefined;
  const { medians, peaks } = figure;
  return median(peaks.map((peak, round) => operations / medians[round] / peak));
}
