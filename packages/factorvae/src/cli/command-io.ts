/** What a command may use of the world around it. */
export interface CommandIo {
  /** Results, and nothing else. */
  readonly stdout: NodeJS.WritableStream;
  /** Progress, remarks, errors. */
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Aborts when the user interrupts. */
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly now: () => number;
}

/** The process's own streams, clock and interrupts; `release` gives the interrupts back. */
export function processIo(): CommandIo & { readonly release: () => void } {
  const interruption = new AbortController();
  const onInterrupt = () => interruption.abort();
  // Once: a second interrupt ends the process at once, whatever it is at.
  process.once("SIGINT", onInterrupt);
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interruption.signal,
    now: () => performance.now(),
    release: () => {
      process.removeListener("SIGINT", onInterrupt);
    },
  };
}

/** The user interrupted; the message says what was kept. */
export class InterruptionError extends Error {
  override readonly name = "InterruptionError";
}

/** Writes one line to stderr. */
export const say = ({ stderr }: CommandIo, line: string): boolean => stderr.write(`${line}\n`);

/** Writes a result to stdout. */
export const print = ({ stdout }: CommandIo, text: string): boolean => stdout.write(text);
