import type { Command } from "commander";
import { audit, checks, type Outcome, trainingChecks } from "../audit/audit.js";
import { auditContext } from "../audit/context.js";
import { readEvidence } from "../audit/evidence.js";
import { modelFolder } from "../run/run-folder.js";
import { finiteJson } from "../run/run-summary.js";
import { type CommandIo, InterruptionError, print, say } from "./command-io.js";
import { examples, featuresOption, needed } from "./options.js";
import { calendarOption, otherInputs, pricesOfRun, type RunInputOptions, universeOption } from "./run-prices.js";
import { sayNotes } from "./run-training.js";

interface AuditCommandOptions extends RunInputOptions {
  readonly run?: string;
  readonly data?: string;
  readonly train?: true;
  readonly json?: true;
}

/** `factorvae audit`: the leak checks on a run and its prices. */
export const auditCommand = (command: Command, io: CommandIo): Command =>
  command
    .description("look for leaks in a run: pass or fail, one line a check, with the figure that decided it")
    .option("--run <folder>", "(needed) run folder that train or demo wrote")
    .option("--data <file>", "(needed) prices that the run was trained on")
    .addOption(featuresOption())
    .addOption(universeOption())
    .addOption(calendarOption())
    .option("--train", "also train on permuted labels, which takes as long as the run's training did")
    .option("--json", "print the outcomes as one JSON object")
    .addHelpText(
      "after",
      `\nEnds with code 1 if a check fails.\n${examples("factorvae audit --run runs/first --data prices.csv.gz")}`,
    )
    .action((options: AuditCommandOptions) =>
      auditRun(
        {
          ...options,
          run: needed(command, options.run, "--run <folder>"),
          data: needed(command, options.data, "--data <file>"),
        },
        io,
      ),
    );

async function auditRun(
  { run, data, train, json, ...inputs }: AuditCommandOptions & Record<"run" | "data", string>,
  io: CommandIo,
): Promise<void> {
  const evidence = await readEvidence(run);
  const panel = await pricesOfRun(evidence.record, data, inputs);
  const context = auditContext(evidence, panel);
  const folder = modelFolder(run);
  if (folder !== run) say(io, `note: ${run} walks forward; audited is its newest fold, ${folder}`);
  if (!context.isSameInput)
    say(io, `note: ${data} is not the file that the run was trained on, ${evidence.record.input.file}`);
  sayNotes(io, otherInputs(evidence.record, panel));
  const chosen = train ? [...checks, ...trainingChecks] : checks;
  const width = Math.max(...chosen.map(({ name }) => name.length));
  const outcomes: Outcome[] = [];
  for await (const outcome of audit(context, chosen)) {
    outcomes.push(outcome);
    if (!json) print(io, `${outcome.outcome.padEnd(7)}  ${outcome.name.padEnd(width)}  ${outcome.detail}\n`);
    if (io.signal.aborted) throw new InterruptionError("interrupted; the run is as it was");
  }
  const failed = outcomes.filter(({ outcome }) => outcome === "fail").map(({ name }) => name);
  const passed = failed.length === 0;
  if (json) print(io, finiteJson({ run, data, sameInput: context.isSameInput, passed, checks: outcomes }));
  if (passed) return;
  throw new Error(`audit: ${failed.length} of ${outcomes.length} checks failed: ${failed.join(", ")}`);
}
