import type { Check } from "./check.js";
import type { AuditContext } from "./context.js";
import { embargoCheck } from "./embargo.js";
import { filledRowsCheck } from "./filled-rows.js";
import { foresightCheck, plantedLeakCheck } from "./foresight.js";
import { futureChecks } from "./future.js";
import { normaliserCheck } from "./normaliser.js";
import { permutedLabelsCheck } from "./permuted-labels.js";
import { permutedTrainingCheck } from "./permuted-training.js";
import { plantedFactorCheck } from "./planted-factor.js";
import { scoredRowsCheck } from "./scored-rows.js";
import { selectionCheck } from "./selection.js";
import { storedScoresCheck } from "./stored-scores.js";
import { suspicionCheck } from "./suspicion.js";

/** The leak checks, in the order in which they are told. */
export const checks: readonly Check[] = [
  ...futureChecks,
  storedScoresCheck,
  scoredRowsCheck,
  filledRowsCheck,
  normaliserCheck,
  embargoCheck,
  permutedLabelsCheck,
  plantedFactorCheck,
  foresightCheck,
  plantedLeakCheck,
  selectionCheck,
  suspicionCheck,
];

/** The checks that train a model anew. */
export const trainingChecks: readonly Check[] = [permutedTrainingCheck];

/** What became of a check. */
export interface Outcome {
  readonly name: string;
  readonly about: string;
  readonly outcome: "pass" | "fail" | "warning";
  readonly detail: string;
}

/** Runs checks one after the other, and tells each outcome as it is known. */
export async function* audit(context: AuditContext, chosen: readonly Check[] = checks): AsyncGenerator<Outcome> {
  for (const { name, about, severity = "failure", run } of chosen) {
    const { passed, detail } = await run(context);
    yield { name, about, outcome: passed ? "pass" : severity === "warning" ? "warning" : "fail", detail };
  }
}
