import { expect } from "vitest";
import { Machine } from "../src/backend/wasm/machine.js";
import { hasRelaxedSimd } from "../src/backend/wasm/probe.js";

/** What kernels are generated for: multiply-adds that round twice, and once where the engine has them. */
export const fusedOrNot: readonly boolean[] = [false, ...(hasRelaxedSimd() ? [true] : [])];

/** A NaN that no kernel makes, before and behind each block. */
const fence = 0x7fc0beef;
const fenceWords = 16;

/** What one case has in a machine's memory: blocks between fences. */
export class Room {
  readonly #blocks: { readonly start: number; readonly words: number }[] = [];

  constructor(readonly machine: Machine) {}

  /** The address of a copy of these words, so many words past a multiple of 64 bytes. */
  place(words: Int32Array, shift = 0): number {
    const { memory } = this.machine;
    const length = words.length + 2 * fenceWords + shift;
    const start = memory.allocate(4 * length);
    this.#blocks.push({ start, words: length });
    memory.i32.fill(fence, start / 4, start / 4 + length);
    memory.i32.set(words, start / 4 + fenceWords + shift);
    return start + 4 * (fenceWords + shift);
  }

  /** The address of a block that holds nothing but fences. */
  empty(length: number, shift = 0): number {
    return this.place(new Int32Array(length).fill(fence), shift);
  }

  /** The words from an address on, after a look at what stands around them. */
  read(address: number, length: number): Int32Array {
    const { i32 } = this.machine.memory;
    const [from, to] = [address / 4, address / 4 + length];
    for (const part of [i32.subarray(from - fenceWords, from), i32.subarray(to, to + fenceWords)])
      if (part.some((word) => word !== fence)) expect.fail("something was written outside of the result");
    return i32.slice(from, to);
  }

  /** Gives all blocks back; what the kernels took besides must have been given back before. */
  clear(): void {
    for (const { start, words } of this.#blocks) this.machine.memory.free(start, 4 * words);
  }
}

/** Asserts that words are these. */
export function expectWords(words: Int32Array, expected: Int32Array, about: string): void {
  expect(words.length, `${about}: length`).toBe(expected.length);
  const wrong = words.findIndex((word, at) => word !== expected[at]);
  if (wrong >= 0) expect.fail(`${about}: word ${wrong} is ${words[wrong]}, not ${expected[wrong]}`);
}

/** Asserts that words are the bits of these numbers, each rounded once; any NaN is as good as another. */
export function expectNumbers(words: Int32Array, expected: ArrayLike<number>, about: string): void {
  const numbers = new Float32Array(words.slice().buffer);
  expect(numbers.length, `${about}: length`).toBe(expected.length);
  const wrong = numbers.findIndex((value, at) => !Object.is(value, Math.fround(expected[at])));
  if (wrong >= 0) expect.fail(`${about}: element ${wrong} is ${numbers[wrong]}, not ${expected[wrong]}`);
}

/** Runs a case in a room of its own, which must leave no memory in use but that of kernels. */
export function inRoom<Result>(machine: Machine, fn: (room: Room) => Result): Result {
  const room = new Room(machine);
  const result = fn(room);
  room.clear();
  return result;
}

/** Machines of one, two and three threads, whose workers have begun, and one that runs the last chunk first. */
async function crews(fused: boolean): Promise<readonly Machine[]> {
  const options = { fused, shared: true, wideTiles: false };
  const backwards = new Machine(options, 1, {
    threads: 1,
    run: ({ run }, args, chunks) => {
      for (let chunk = chunks - 1; chunk >= 0; chunk--) run(args, chunk, 0);
    },
    dismiss: () => {},
  });
  const machines = [...[1, 2, 3].map((threads) => new Machine(options, threads)), backwards];
  for (const machine of machines)
    machine.launch(
      machine.kernel("nothing", (_, builder) => builder.kernel(() => [])),
      [],
      2,
    );
  // Time for the workers to begin, so that they take chunks too.
  await new Promise((resolve) => setTimeout(resolve, 200));
  return machines;
}

/** Asserts that cases give the same words with one thread, two and three, and in whatever order the chunks are run. */
export async function expectSameOnAllCrews(
  fused: boolean,
  cases: Readonly<Record<string, (room: Room) => Int32Array>>,
): Promise<void> {
  const machines = await crews(fused);
  for (const [about, run] of Object.entries(cases)) {
    const [first, ...others] = machines.map((machine) => inRoom(machine, run));
    for (const other of others) expectWords(other, first, `${about}, on another crew`);
  }
  for (const machine of machines) machine.close();
}
