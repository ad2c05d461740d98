import type { Config } from "../config.js";
import type { Panel, Universe } from "../data/panel.js";
import type { FileBenchmark } from "./benchmark-file.js";

/** The files that a backtest's settings name, as they were read. */
export interface BacktestInputs {
  readonly benchmark?: FileBenchmark;
  readonly universe?: Universe;
}

/** Throws RangeError where the settings name a file that was not read. */
export function requireInputs({ benchmark, universe }: Config["backtest"], inputs: BacktestInputs): void {
  for (const [name, setting, given] of [
    ["benchmark", benchmark, inputs.benchmark],
    ["universe", universe, inputs.universe],
  ] as const)
    if (setting !== undefined && given === undefined)
      throw new RangeError(
        `backtest: backtest.${name} is ${setting}, which is read by train, backtest and report; leave it out here`,
      );
}

/** The stock-days that a backtest may hold: those that were scored, less those outside its own universe. */
export const holdable = (panel: Panel, scored: Uint8Array | undefined, { universe }: BacktestInputs) =>
  universe === undefined ? scored : (scored ?? panel.present).map((one, cell) => one & universe.members[cell]);
