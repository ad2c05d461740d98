import type { Call } from "./op.js";
import type { Tensor } from "./tensor.js";

/** Someone who follows what is computed: a tape, a profiler. */
export interface Tracer {
  /** Whether a call with these inputs is of interest. */
  readonly follows: (inputs: readonly Tensor[]) => boolean;
  /** Is told of a call that has run, if it follows its inputs. */
  readonly note: <Attributes>(call: Call<Attributes>) => void;
  /** Hears that a call is about to run, where that matters. */
  readonly begin?: () => void;
  /** Hears that a tensor is about to be overwritten by what is computed of others, and may refuse. */
  readonly overwrite?: (operation: string, target: Tensor, values: readonly Tensor[]) => void;
  /**
   * Whether it only looks on. For others, who go back through what they noted, all of it stays in memory, and where two of them
   * follow fused operations run in plain form.
   */
  readonly isObserver?: boolean;
}

let tracers: readonly Tracer[] = [];

/** Those that listen and go back through what they note: derivatives in the making. */
export const recorders = (): readonly Tracer[] => tracers.filter(({ isObserver }) => !isObserver);

/** Runs `fn` with one more tracer listening. */
export const traced = <Result>(tracer: Tracer, fn: () => Result): Result => listening([...tracers, tracer], fn);

/** Whether anyone listens who will go back: what is made now may be needed again, whatever `fn` returns. */
export const isTraced = (): boolean => tracers.some(({ isObserver }) => !isObserver);

/** Runs `fn` without those that would go back through it; observers stay. */
export const unrecorded = <Result>(fn: () => Result): Result =>
  listening(
    tracers.filter(({ isObserver }) => isObserver),
    fn,
  );

/** Runs `fn` without any tracer. */
export const untraced = <Result>(fn: () => Result): Result => listening([], fn);

function listening<Result>(during: readonly Tracer[], fn: () => Result): Result {
  const before = tracers;
  tracers = during;
  try {
    return fn();
  } finally {
    tracers = before;
  }
}

/** Tells those that follow the inputs of a call of it. For one that did not run through `apply`: its rule counts, whatever computed it. */
export function announce<Attributes>(call: Call<Attributes>, following = followers(call.inputs)): void {
  for (const tracer of following) tracer.note(call);
}

/** Tells all who listen that a tensor is about to be overwritten by what is computed of others; they may throw. */
export function announceWrite(operation: string, target: Tensor, values: readonly Tensor[]): void {
  for (const tracer of tracers) tracer.overwrite?.(operation, target, values);
}

/** How many of them go back through what they note. */
export function countRecorders(following: readonly Tracer[]): number {
  let count = 0;
  for (const { isObserver } of following) if (!isObserver) count++;
  return count;
}

/** The tracers that a call with these inputs concerns: mostly all of them. */
export function followers(inputs: readonly Tensor[]): readonly Tracer[] {
  for (const tracer of tracers) if (!tracer.follows(inputs)) return someFollowers(inputs);
  return tracers;
}

const someFollowers = (inputs: readonly Tensor[]): readonly Tracer[] =>
  tracers.filter((tracer) => tracer.follows(inputs));
