import type { ConfigInput } from "../config.js";
import type { Panel } from "../data/panel.js";
import { simulate } from "../data/simulate.js";

/** A market small enough to be trained on in a second or two. */
export const smallMarket = (days = 260): Panel => simulate({ seed: 5, stocks: 30, days }).panel;

/** Settings of a small model and a short training. */
export const smallSettings: ConfigInput = {
  model: { hidden: 6, portfolios: 8, factors: 3 },
  window: { steps: 5 },
  train: { epochs: 2, firstEpoch: 1, minimumDays: 20, learningRate: 5e-3 },
};

/** The panel on dates `start` to `end` (exclusive) of its calendar alone. */
function between(panel: Panel, start: number, end: number): Panel {
  const before = panel.dates.length;
  const after = end - start;
  const cut = <A extends Float64Array | Int32Array | Uint8Array>(values: A, make: (length: number) => A): A => {
    const kept = make(panel.symbols.length * after);
    panel.symbols.forEach((_, n) => {
      kept.set(values.subarray(n * before + start, n * before + end), n * after);
    });
    return kept;
  };
  const { groups, universe } = panel;
  return {
    ...panel,
    dates: panel.dates.slice(start, end),
    fields: Object.fromEntries(
      Object.entries(panel.fields).map(([name, values]) => [name, cut(values, (length) => new Float64Array(length))]),
    ),
    present: cut(panel.present, (length) => new Uint8Array(length)),
    ...(groups && { groups: { ...groups, of: cut(groups.of, (length) => new Int32Array(length)) } }),
    ...(universe && {
      universe: { ...universe, members: cut(universe.members, (length) => new Uint8Array(length)) },
    }),
  };
}

/** The panel without its first dates. */
export const withoutFirst = (panel: Panel, count: number): Panel => between(panel, count, panel.dates.length);

/** The panel without its last dates. */
export const withoutLast = (panel: Panel, count: number): Panel => between(panel, 0, panel.dates.length - count);
