import type { Storage } from "./backend/storage.js";
import type { Call } from "./op.js";
import { checkFunction } from "./operand.js";
import { checkSynchronous } from "./scope.js";
import type { Tensor } from "./tensor.js";
import { type Tracer, traced } from "./tracer.js";

/** What the calls of one operation cost. */
export interface OpProfile {
  readonly name: string;
  readonly calls: number;
  readonly elapsedMs: number;
  /** Of the results; 0 for views, which have no memory of their own. */
  readonly bytes: number;
}

/** What a function gave, and what its operations cost, the slowest first. */
export interface Profile<Result> {
  readonly result: Result;
  readonly operations: readonly OpProfile[];
  /** Of the whole function: what no operation accounts for is its own work. */
  readonly elapsedMs: number;
}

const bytesPerValue = { float32: 4, float64: 8, int32: 4 } as const;

/**
 * Runs a function and tells, by the name of the operation, how often each ran, for how long, and how many bytes it made: forwards,
 * and in derivatives backwards too. A fused operation counts as one. It changes no result, and frees memory as without it.
 *
 * @throws TypeError if it is no function, or asynchronous.
 *
 * @example
 * const { operations } = profile(() => softmax(ones([8, 8]).tanh(), 1));
 * operations.find(({ name }) => name === "softmax")?.calls; // 1
 */
export function profile<Result>(fn: () => Result): Profile<Result> {
  checkFunction("profile", fn);
  const operations = new Map<string, { calls: number; elapsedMs: number; bytes: number }>();
  // A checkpoint gives what operations in it have made.
  const counted = new WeakSet<Storage>();
  let begun = 0;
  const observer: Tracer = {
    isObserver: true,
    follows: () => true,
    begin: () => {
      begun = performance.now();
    },
    note: <Attributes>({ op, inputs, outputs }: Call<Attributes>) => {
      const elapsedMs = performance.now() - begun;
      const before = operations.get(op.name) ?? { calls: 0, elapsedMs: 0, bytes: 0 };
      operations.set(op.name, {
        calls: before.calls + 1,
        elapsedMs: before.elapsedMs + elapsedMs,
        bytes: before.bytes + bytesMade(inputs, outputs, counted),
      });
    },
  };
  const started = performance.now();
  const result = traced(observer, fn);
  checkSynchronous("profile", result);
  const elapsedMs = performance.now() - started;
  const sorted = [...operations].map(([name, cost]) => ({ name, ...cost })).sort((a, b) => b.elapsedMs - a.elapsedMs);
  return { result, operations: sorted, elapsedMs };
}

function bytesMade(inputs: readonly Tensor[], outputs: readonly Tensor[], counted: WeakSet<Storage>): number {
  for (const { storage } of inputs) counted.add(storage);
  let bytes = 0;
  for (const { storage } of outputs) {
    if (!counted.has(storage)) bytes += storage.length * bytesPerValue[storage.dtype];
    counted.add(storage);
  }
  return bytes;
}
