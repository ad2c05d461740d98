import type { Kernel } from "./machine.js";
import type { LinearBuffer } from "./web-assembly.js";
import { type StartedWorker, startWorker } from "./worker.js";
import { jobWords, mostChunks } from "./worker-source.js";

/** How long a chunk that a worker holds may take, in milliseconds. */
const patienceMs = 5000;

/** How long one wait for the others may be, in milliseconds. */
const waitMs = 50;

/** Whether this thread may block: a browser's main thread may not. */
function mayWait(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Workers that share the chunks of a kernel with the caller. They are hired at the first job of more than one chunk, and
 * the caller never waits for one to begin: what no worker has taken it does itself. Idle workers sleep, and keep no process
 * alive.
 */
export class Crew {
  readonly #memory: LinearBuffer;
  readonly #size: number;
  readonly #words: Int32Array;
  readonly #mayWait = mayWait();
  #workers: StartedWorker[] | undefined;
  #job = 0;
  #isDismissed = false;
  /** Threads whose worker has ended by itself. */
  readonly #gone = new Set<number>();
  /** Why nothing can be run any more: a worker holds a chunk of an old job, and may write to memory at any time. */
  #broken: Error | undefined;

  /** `threads` counts the caller's. */
  constructor(memory: LinearBuffer, threads: number) {
    this.#memory = memory;
    this.#size = threads - 1;
    this.#words = new Int32Array(memory.buffer, 0, jobWords.count);
  }

  /**
   * Runs all chunks of a kernel; returns when they are finished.
   *
   * @throws Error if a kernel fails, or a worker that holds a chunk has died or takes longer than 5 seconds; after the
   * latter so does every later job.
   */
  run(kernel: Kernel, args: number, chunks: number): void {
    if (this.#broken) throw this.#broken;
    if (chunks > mostChunks || this.#size === 0 || this.#isDismissed) {
      for (let chunk = 0; chunk < chunks; chunk++) kernel.run(args, chunk, 0);
      return;
    }
    this.#workers ??= this.#hired();
    const words = this.#words;
    this.#job = (this.#job + 1) & 0x7fff;
    // Nobody can take a chunk while there seem to be none.
    Atomics.store(words, jobWords.chunks, 0);
    Atomics.store(words, jobWords.done, 0);
    Atomics.store(words, jobWords.module, kernel.address);
    Atomics.store(words, jobWords.length, kernel.length);
    Atomics.store(words, jobWords.args, args);
    Atomics.store(words, jobWords.claim, this.#job << 16);
    Atomics.store(words, jobWords.chunks, chunks);
    if (Atomics.load(words, jobWords.sleeping) > 0) Atomics.notify(words, jobWords.claim, chunks - 1);
    try {
      for (let chunk = this.#claimed(chunks); chunk < chunks; chunk = this.#claimed(chunks)) {
        kernel.run(args, chunk, 0);
        Atomics.add(words, jobWords.done, 1);
      }
    } catch (error) {
      // What is left is not begun, and what others hold is waited for: the memory is theirs until then.
      const left =
        chunks - Math.min(chunks, Atomics.exchange(words, jobWords.claim, (this.#job << 16) | mostChunks) & 0xffff);
      this.#await(chunks - left - 1);
      throw error;
    }
    this.#await(chunks);
    const failed = Atomics.exchange(words, jobWords.failed, 0);
    if (failed > 0) throw new Error(`a kernel failed on worker ${failed - 1}; its result is not complete`);
  }

  /** Ends the workers; later jobs are done by the caller alone. */
  dismiss(): void {
    this.#isDismissed = true;
    Atomics.store(this.#words, jobWords.dismissed, 1);
    Atomics.notify(this.#words, jobWords.claim);
    for (const worker of this.#workers ?? []) worker.end();
    this.#workers = [];
  }

  /** The threads there are, the caller's included. */
  get threads(): number {
    return this.#isDismissed ? 1 : 1 + this.#size - this.#gone.size;
  }

  #hired(): StartedWorker[] {
    const workers: StartedWorker[] = [];
    for (let thread = 1; thread <= this.#size; thread++)
      try {
        workers.push(startWorker(this.#memory, thread, (reason) => this.#lose(thread, reason)));
      } catch (error) {
        this.#lose(thread, String(error));
      }
    return workers;
  }

  /** Notes that a worker has ended, or did not begin; the others and the caller do its share. */
  #lose(thread: number, reason: string): void {
    if (this.#isDismissed || this.#gone.has(thread)) return;
    this.#gone.add(thread);
    console.warn(`@factorvae/tensor: worker ${thread} is gone (threads left: ${this.threads}): ${reason}`);
  }

  #claimed(chunks: number): number {
    const words = this.#words;
    for (;;) {
      const claim = Atomics.load(words, jobWords.claim);
      const chunk = claim & 0xffff;
      if (chunk >= chunks) return chunks;
      if (Atomics.compareExchange(words, jobWords.claim, claim, claim + 1) === claim) return chunk;
    }
  }

  #await(chunks: number): void {
    const words = this.#words;
    const isDone = (): boolean => Atomics.load(words, jobWords.done) >= chunks;
    for (let turn = 0; turn < 2000; turn++) if (isDone()) return;
    // Time in which the whole process stood still does not count.
    let waitedMs = 0;
    let before = performance.now();
    while (!isDone()) {
      if (this.#mayWait) Atomics.wait(words, jobWords.done, Atomics.load(words, jobWords.done), waitMs);
      const now = performance.now();
      waitedMs += Math.min(now - before, 2 * waitMs);
      before = now;
      if (waitedMs < patienceMs || isDone()) continue;
      this.#broken = new Error(this.#lateness());
      throw this.#broken;
    }
  }

  #lateness(): string {
    const words = this.#words;
    const late = Array.from({ length: this.#size }, (_, at) => at + 1).flatMap((thread) => {
      const held = Atomics.load(words, jobWords.held + thread);
      return held > 0 ? [`worker ${thread} took chunk ${held - 1}${this.#gone.has(thread) ? ", died" : ""}`] : [];
    });
    return `${late.join("; ") || "a worker"} and did not finish it in ${patienceMs / 1000} s; what it writes to is not safe, start the program again`;
  }
}
