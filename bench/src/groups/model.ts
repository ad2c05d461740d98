import { type Group, megabytes, milliseconds } from "./group.js";

/** A recurrent unit as wide as its input over some steps of `stocks` rows: the sum of squares of its last state. */
export interface GruSpec {
  readonly stocks: number;
  readonly steps: number;
  readonly hidden: number;
}

/** One day through FactorVAE, with the `analytic` likelihood. */
export interface StepSpec {
  readonly stocks: number;
  readonly steps: number;
  readonly features: number;
  readonly hidden: number;
  readonly portfolios: number;
  readonly factors: number;
}

/** A simulated market to train on for an epoch, with the command's default settings. */
export interface EpochSpec {
  readonly stocks: number;
  readonly days: number;
}

/** How a year is scored: features at hand, day by day or all days at once; or as a user does, from prices. */
type YearWay = "day by day" | "at once" | "from prices, the last day alone" | "from prices, at once";

/** The last `days` of a simulated market, scored. */
export interface YearSpec {
  readonly stocks: number;
  readonly days: number;
  readonly how: YearWay;
}

const large = { steps: 20, features: 158, hidden: 64, portfolios: 128, factors: 64 } as const;
const small = { steps: 20, features: 20, hidden: 20, portfolios: 32, factors: 60 } as const;

/** Times the usual warm-up: about a hundred steps of the smaller kind, after which the compiler has done what it does. */
const untilSteady = 60;

/** The recurrent unit, forward and backward. */
export const gru: Group<GruSpec> = {
  about: "GRU(64) over 20 steps, forward and backward, all gradients, the input's too.",
  unit: milliseconds,
  place: "scope",
  warmUp: untilSteady,
  rows: [300, 3500].map((stocks) => ({
    name: `N = ${stocks}`,
    amount: 1,
    spec: { stocks, steps: 20, hidden: 64 },
  })),
};

const stepRows = [
  { name: "N = 300, H = K = 64", amount: 1, spec: { stocks: 300, ...large } },
  { name: "N = 3500, H = K = 64", amount: 1, spec: { stocks: 3500, ...large } },
  { name: "N = 300, H = 20, K = 60", amount: 1, spec: { stocks: 300, ...small } },
];

/** A step of training: loss, gradients, Adam. */
export const step: Group<StepSpec> = {
  about: `FactorVAE on one day: loss, gradients, Adam; T = 20, C = 158 and M = 128 where H = K = 64, C = 20 and M = 32 where
H = 20. PyTorch's model stands in three forms: its heads in a loop as the public code has them, batched, and
collapsed by the algebra that ours uses. All compute the same loss from the same weights, which each run checks.`,
  unit: milliseconds,
  place: "scope",
  warmUp: untilSteady,
  rows: stepRows,
};

/** What a step adds to the memory of its process. */
export const memory: Group<StepSpec> = {
  about:
    "What three steps of training add at most to the resident memory of a process that holds model and data already.",
  unit: megabytes,
  place: "scope",
  rows: stepRows.filter(({ spec }) => spec.stocks === 3500),
};

/** An epoch of training, the second of a run. */
export const epoch: Group<EpochSpec> = {
  about: "The second epoch of a training by the default settings on a simulated market, its validation with it.",
  unit: milliseconds,
  place: "scope",
  warmUp: 10,
  rows: [{ name: "100 stocks, 300 days", amount: 1, spec: { stocks: 100, days: 300 } }],
};

/** Scoring a year. */
export const year: Group<YearSpec> = {
  about: `Scores and risks of 500 stocks on 250 days, by a model of the default sizes: with the features at hand, and by \`predict\`
from prices, which computes the features first.`,
  unit: milliseconds,
  place: "scope",
  warmUp: 10,
  rows: (
    [
      "day by day",
      "at once",
      "from prices, the last day alone",
      "from prices, at once",
    ] as const satisfies readonly YearWay[]
  ).map((how) => ({
    name: how,
    amount: 1,
    spec: { stocks: 500, days: 250, how },
  })),
};
