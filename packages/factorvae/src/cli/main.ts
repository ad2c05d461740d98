import { Command, CommanderError } from "commander";
import { ownVersion } from "../versions.js";
import { auditCommand } from "./audit.js";
import { backtestCommand } from "./backtest.js";
import { type CommandIo, InterruptionError, processIo, say } from "./command-io.js";
import { demoCommand } from "./demo.js";
import { evaluateCommand } from "./evaluate.js";
import { featuresCommand } from "./features.js";
import { inspectCommand } from "./inspect.js";
import { predictCommand } from "./predict.js";
import { reportCommand } from "./report.js";
import { simulateCommand } from "./simulate.js";
import { trainCommand } from "./train.js";

/** Exit codes: done, bad input, bad use of the command, interrupted. */
const exitCodes = { done: 0, badInput: 1, badUse: 2, interrupted: 130 } as const;

const commands = {
  demo: demoCommand,
  train: trainCommand,
  predict: predictCommand,
  evaluate: evaluateCommand,
  backtest: backtestCommand,
  report: reportCommand,
  audit: auditCommand,
  inspect: inspectCommand,
  features: featuresCommand,
  simulate: simulateCommand,
} satisfies Readonly<Record<string, (command: Command, io: CommandIo) => Command>>;

/**
 * The `factorvae` command: runs it with the arguments given and returns the exit code. Results go to stdout, the rest to
 * stderr; nothing of this throws.
 */
export async function main(argv: readonly string[], io?: CommandIo): Promise<number> {
  if (io !== undefined) return run(argv, io);
  const own = processIo();
  try {
    return await run(argv, own);
  } finally {
    own.release();
  }
}

async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    await program(io).parseAsync(argv, { from: "user" });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.badUse;
    if (error instanceof InterruptionError) {
      say(io, error.message);
      return exitCodes.interrupted;
    }
    say(io, `error: ${messageOf(error)}`);
    return exitCodes.badInput;
  }
}

function program(io: CommandIo): Command {
  const root = new Command("factorvae")
    .description("FactorVAE: a probabilistic dynamic factor model of cross-sectional stock returns")
    .version(ownVersion(), "--version", "print the version")
    .helpCommand(false)
    .addHelpText("after", environmentHelp)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    });
  for (const [name, define] of Object.entries(commands))
    define(root.command(name), io).showHelpAfterError(`("factorvae ${name} --help" tells what there is)`);
  return root.showHelpAfterError(`(commands: ${Object.keys(commands).join(", ")}; "factorvae --help" explains them)`);
}

const environmentHelp = `
Environment:
  FACTORVAE_THREADS  threads, 1 to 256; changes no bit (default: the cores there are, at most 64)
  FACTORVAE_KERNELS  auto, plain (no fused multiply-adds) or reference (plain loops, slow) (default: auto)`;

/** A defect shows where it came from; an error that a user can mend is one sentence. */
function messageOf(error: unknown): string {
  if (error instanceof TypeError || error instanceof ReferenceError) return error.stack ?? error.message;
  return error instanceof Error ? error.message : String(error);
}
