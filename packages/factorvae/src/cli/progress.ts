import cliProgress from "cli-progress";
import type { EpochMetrics, Progress } from "../train/trainer.js";
import { type CommandIo, say } from "./command-io.js";

/** Tells the user how far a training is: a bar on a terminal, lines elsewhere. */
export interface ProgressReport {
  readonly stage: (name: string) => void;
  readonly step: (progress: Progress) => void;
  readonly epoch: (metrics: EpochMetrics) => void;
  /** Ends the bar; to be called whatever happened. */
  readonly end: () => void;
}

/** Seconds without a line after which one is written between epochs. */
const quietSeconds = 20;

/** A report of the progress of one training, which `title` names where it is one of several: `fold 2 of 3`. */
export function progressReport(io: CommandIo, epochs: number, title?: string): ProgressReport {
  const prefix = title === undefined ? "" : `${title}: `;
  return io.stderr.isTTY ? progressBar(io, epochs, prefix) : progressLines(io, epochs, prefix);
}

const stepsDone = ({ epoch, step, steps }: Progress): number => (epoch - 1) * steps + step;

function figures({ loss, kl, activeFactors, validRankIc, seconds }: EpochMetrics): string {
  const rankIc = validRankIc === undefined ? "" : `, Rank IC ${validRankIc.toFixed(4)} on validation`;
  const time = seconds === undefined ? "" : `, ${duration(seconds)}`;
  return `loss ${loss.toFixed(4)}, KL ${kl.toFixed(2)} nat, ${activeFactors} active factors${rankIc}${time}`;
}

function progressBar({ stderr }: CommandIo, epochs: number, prefix: string): ProgressReport {
  const bar = new cliProgress.SingleBar({
    stream: stderr,
    format: "{stage} [{bar}] {percentage}% | ETA {eta_formatted} | {remark}",
    barsize: 24,
    etaBuffer: 200,
    hideCursor: true,
    gracefulExit: false,
    barCompleteChar: "=",
    barIncompleteChar: " ",
  });
  // Until the first step tells how many there are.
  bar.start(1, 0, { stage: `${prefix}reading`, remark: "" });
  return {
    stage: (stage) => bar.update({ stage: `${prefix}${stage}` }),
    step: (progress) => {
      bar.setTotal(epochs * progress.steps);
      bar.update(stepsDone(progress), { stage: `${prefix}epoch ${progress.epoch} of ${epochs}` });
    },
    epoch: ({ epoch, validRankIc }) =>
      bar.update({
        remark: validRankIc === undefined ? "" : `Rank IC ${validRankIc.toFixed(4)} on validation after epoch ${epoch}`,
      }),
    end: () => bar.stop(),
  };
}

function progressLines(io: CommandIo, epochs: number, prefix: string): ProgressReport {
  const started: { at?: number; steps: number } = { steps: 0 };
  let spokenAt = io.now();
  const speak = (line: string): void => {
    spokenAt = io.now();
    say(io, `${prefix}${line}`);
  };
  let last: Progress | undefined;
  const left = (): string => {
    if (last === undefined || started.at === undefined) return "";
    const done = stepsDone(last) - started.steps;
    if (done === 0) return "";
    const perStep = (io.now() - started.at) / 1000 / done;
    const remaining = epochs * last.steps - stepsDone(last);
    return remaining === 0 ? "" : `; about ${duration(perStep * remaining)} left`;
  };
  return {
    stage: (name) => speak(`${name} ...`),
    step: (progress) => {
      if (started.at === undefined) {
        started.at = io.now();
        started.steps = stepsDone(progress);
      }
      last = progress;
      if (io.now() - spokenAt > 1000 * quietSeconds)
        speak(`epoch ${progress.epoch} of ${epochs}: step ${progress.step} of ${progress.steps}${left()}`);
    },
    epoch: (metrics) => speak(`epoch ${metrics.epoch} of ${epochs}: ${figures(metrics)}${left()}`),
    end: () => {},
  };
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
