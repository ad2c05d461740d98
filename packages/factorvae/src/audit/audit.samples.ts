import { runCommand } from "../cli/command.samples.js";
import { resolveConfig } from "../config.js";
import type { Panel } from "../data/panel.js";
import { type TrainingResult, type TrainOptions, train } from "../train/train.js";
import type { Outcome } from "./audit.js";
import type { Evidence } from "./evidence.js";

/** Trains on a panel in memory, and gives what a run folder would tell of it. */
export async function trainedEvidence(
  panel: Panel,
  settings: Parameters<typeof train>[1],
  options: TrainOptions = {},
): Promise<Evidence> {
  return evidenceOf(await train(panel, settings, options));
}

/** What a run folder would tell of a training. */
function evidenceOf({ run, metrics, predictions, ...result }: TrainingResult): Evidence {
  const { bestEpoch, trainingDays, validationDays, dataset } = result;
  const config = resolveConfig(run.config);
  return {
    run,
    metrics,
    predictions,
    record: {
      command: "train",
      versions: {},
      seed: config.seed,
      input: { file: "prices.csv", sha256: dataset.panel.source?.sha256 ?? "none" },
      settings: config,
    },
    summary: {
      training: { epochs: metrics.length, bestEpoch, trainingDays, validationDays },
      backtest: { eta: config.backtest.eta },
    },
  };
}

/** What `factorvae audit --json` says of a run folder. */
export interface AuditJson {
  readonly code: number;
  readonly stderr: string;
  readonly passed: boolean;
  /** By the name of the check. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /** Names of the checks that failed. */
  readonly failed: readonly string[];
}

/** Runs the command on a run folder and a prices file. */
export async function auditJson(run: string, prices: string): Promise<AuditJson> {
  const { code, stdout, stderr } = await runCommand(["audit", "--run", run, "--data", prices, "--json"]);
  const { passed, checks }: { passed: boolean; checks: readonly Outcome[] } = JSON.parse(stdout);
  return {
    code,
    stderr,
    passed,
    outcomes: Object.fromEntries(checks.map((outcome) => [outcome.name, outcome])),
    failed: checks.filter(({ outcome }) => outcome === "fail").map(({ name }) => name),
  };
}
