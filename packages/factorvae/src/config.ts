import { z } from "zod";
import { settingMessage } from "./config-message.js";
import { paperFeatures } from "./data/alpha158-features.js";
import { columnRoles } from "./data/columns.js";
import { processorList } from "./data/processors/processor-settings.js";
import { defaultFractions } from "./data/split.js";

const count = z.int().min(1);
const share = z.number().gt(0).lt(1);

/** A section of the settings: unknown keys are refused, missing ones take their defaults. */
const section = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.strictObject(shape);

const dataSettings = section({
  /** A file of the market's dates, which takes the place of those that the prices have. */
  calendar: z.string().min(1).optional(),
  /** Names of columns by role, where they do not say it themselves; null for a column that is not there. */
  columns: z.partialRecord(z.enum(columnRoles), z.string().nullable()).default({}),
  /** How dates are written, `DD/MM/YYYY`; `auto` reads the forms that can be read one way only. */
  dateFormat: z.string().min(1).default("auto"),
  /** The decimal mark of numbers; `auto` is the point, and a refusal where semicolons leave a comma's meaning open. */
  decimalMark: z.enum(["auto", ".", ","]).default("auto"),
  /** Which of two rows of one symbol and date that differ is kept. */
  duplicates: z.enum(["refuse", "first", "last"]).default("refuse"),
  /** Further markers of a missing value, such as -99. */
  missing: z.array(z.union([z.string(), z.number()])).default([]),
  /** Features that need a volume, where the file has none. */
  missingVolume: z.enum(["refuse", "leave-out"]).default("refuse"),
  /** An SQL query that gives the prices; it finds the files as the view `prices`. */
  query: z.string().min(1).optional(),
  /** The zone whose dates moments mean; without one they are read in UTC, and texts as they are written. */
  timeZone: z.string().min(1).optional(),
  /** A column a symbol: the field that the file holds, or `files` where each file's name says its field. */
  wide: z.string().min(1).optional(),
});

const featureSettings = section({
  /** Features of Alpha158 by name; the paper's 20. */
  names: z.array(z.string()).default([...paperFeatures]),
  /** Features of your own by name: expressions such as `Mean($close, 5) / $close`. */
  expressions: z.record(z.string().min(1), z.string()).default({}),
  /** Numeric columns of the prices file that are features as they are. */
  columns: z.array(z.string()).default([]),
  /** What is done to the features, in this order. */
  processors: processorList,
  /** Where z-scores are cut, in deviations, unless the processor says otherwise. */
  clip: z.number().positive().default(3),
});

const labelSettings = section({
  kind: z.enum(["trade-next-close", "next-day"]).default("trade-next-close"),
  /** Market dates held. */
  horizon: count.default(1),
  /** What the model is trained on; `zscore` and `rank` give no risk in units of return. */
  target: z.enum(["label", "excess", "zscore", "rank"]).default("label"),
});

/** Dates between what a label of training or validation touches and the next split. */
const embargo = z.int().min(0).optional();

const splitSettings = z.union([
  section({
    train: share.default(defaultFractions.train),
    valid: share.default(defaultFractions.valid),
    test: share.default(defaultFractions.test),
    embargo,
  }),
  section({
    trainFrom: z.iso.date().optional(),
    validFrom: z.iso.date(),
    testFrom: z.iso.date(),
    testTo: z.iso.date().optional(),
    embargo,
  }),
  /** A walk forward; lengths are market dates. */
  section({
    trainDays: count,
    validDays: count,
    testDays: count,
    /** From one training to the next; `testDays` where it is not given. */
    stepDays: count.optional(),
    /** Whether training drops its oldest dates as it goes on, or keeps them. */
    trainWindow: z.enum(["rolling", "expanding"]).default("rolling"),
    embargo,
  }),
]);

const universeSettings = section({
  /** A file `symbol,from,to`: who is in the cross-sections of which dates; null is everybody. */
  file: z.string().min(1).nullable().default(null),
  /** Of those the most traded: how many a date. */
  top: z.union([z.literal("all"), count]).default("all"),
  /** Market dates over which the dollar volume is averaged, the date itself the last. */
  days: count.default(60),
});

const windowSettings = section({
  /** Market dates in a window, T. */
  steps: count.default(20),
  /** Dates of a window on which a stock may have no row. */
  allowMissing: z.int().min(0).default(0),
});

const modelSettings = section({
  hidden: count.default(20),
  portfolios: count.default(32),
  factors: count.default(8),
  leakySlope: z.number().min(0).default(0.01),
  /** Smallest standard deviation, in units of the training label. */
  sigmaFloor: z.number().positive().default(1e-3),
  ablation: z.enum(["none", "prior", "portfolio"]).default("none"),
});

const trainSettings = section({
  epochs: count.default(6),
  /** The first epoch that may be chosen. */
  firstEpoch: count.default(4),
  /** Epochs without a better one after which training stops. */
  patience: count.default(5),
  learningRate: z.number().positive().default(2e-3),
  /** Largest norm of a step's gradient. */
  clipNorm: z.number().positive().default(5),
  /** Days in one step. */
  daysPerStep: count.default(1),
  /** Decay of the averaged parameters, which are evaluated and saved. */
  averageDecay: z.number().min(0).lt(1).default(0.997),
  likelihood: z.enum(["analytic", "expected", "sampled", "joint"]).default("analytic"),
  /** Weight of the divergence; `elbo` is one over the day's labelled stocks. */
  gamma: z.union([z.literal("elbo"), z.number().min(0)]).default("elbo"),
  /** Epochs over which gamma rises from 0 to its value. */
  warmUpEpochs: z.number().min(0).default(0),
  /** By what the best epoch is chosen on validation, smoothed over three epochs. */
  select: z.enum(["rankIc", "nll"]).default("rankIc"),
  minimumStocks: z.int().min(2).default(10),
  minimumDays: count.default(60),
});

const backtestSettings = section({
  /** Stocks held; `auto` takes a fifth of a day's stocks, at most 50. */
  k: z.union([z.literal("auto"), count]).default("auto"),
  /** Stocks replaced a day; `auto` takes a tenth of k. */
  n: z.union([z.literal("auto"), count]).default("auto"),
  /** Stocks are ranked by score - eta risk. */
  eta: z.number().min(0).default(0),
  /** Shares of a trade that it costs. */
  buyCost: z.number().min(0).lt(1).default(0.0005),
  sellCost: z.number().min(0).lt(1).default(0.0015),
  tradeAt: z.enum(["close", "open"]).default("close"),
  /** `FILE:SYMBOL`, an index to compare with; by default the equal-weight portfolio of the tradable stocks. */
  benchmark: z.string().min(1).optional(),
  /** A file `symbol,from,to`: which of the stocks scored may be held on which dates. */
  universe: z.string().min(1).optional(),
});

const settings = z.strictObject({
  seed: z.int().min(0).default(7),
  data: dataSettings.prefault({}),
  features: featureSettings.prefault({}),
  label: labelSettings.prefault({}),
  split: splitSettings.default(defaultFractions),
  universe: universeSettings.prefault({}),
  window: windowSettings.prefault({}),
  model: modelSettings.prefault({}),
  train: trainSettings.prefault({}),
  backtest: backtestSettings.prefault({}),
});

/** Every setting of a run, as resolved. */
export type Config = z.output<typeof settings>;

/** Settings as a user writes them: whatever is left out takes its default. */
export type ConfigInput = z.input<typeof settings>;

/** A setting that does not exist or cannot have that value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * Settings with the defaults filled in.
 *
 * @throws ConfigError that names each wrong or unknown setting and what is possible.
 */
export const resolveConfig = (input: ConfigInput = {}): Config => parseConfig(input);

/**
 * `resolveConfig` for what comes from a file or a command line and may be anything.
 *
 * @throws ConfigError as `resolveConfig`.
 */
export function parseConfig(input: unknown): Config {
  const result = settings.safeParse(input);
  if (result.success) return result.data;
  const schema = z.toJSONSchema(settings, { io: "input" });
  const reasons = result.error.issues.map((issue) => settingMessage(issue, input, schema));
  throw new ConfigError(`config: ${reasons.join("; ")}`);
}

/** The settings as a JSON schema, for editors. */
export const configSchema = (): object => z.toJSONSchema(settings, { io: "input" });
