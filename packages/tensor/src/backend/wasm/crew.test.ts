import { describe, expect, it } from "vitest";
import { f32x4, i32, loopWhile, repeatWhile, v128 } from "./assembler.js";
import { type Kernel, Machine } from "./machine.js";

const options = { fused: false, shared: true, wideTiles: false } as const;

/** A kernel that writes `chunk * factor + 1` to the word of its chunk, `turns` times: some are longer than others. */
const writer = (machine: Machine, factor: number): Kernel =>
  machine.kernel(`writer ${factor}`, (_, builder) =>
    builder.kernel((variables, args, chunk) => {
      const [left, to] = variables.list("i32", 2);
      return [
        to.set(i32.add(i32.load(args), i32.shl(chunk, 2))),
        left.set(i32.add(i32.load(args, 4), 1)),
        repeatWhile([i32.store(to, i32.add(i32.mul(chunk, factor), 1)), left.increase(-1)], left),
      ];
    }),
  );

/** Reads beyond the end of memory in the chunk of that number. */
const trap = (machine: Machine): Kernel =>
  machine.kernel("trap", (_, builder) =>
    builder.kernel((variables, args, chunk) => {
      const left = variables.i32();
      return [
        left.set(20_000),
        loopWhile(left, [left.increase(-1), v128.store(i32.add(args, 512), f32x4.splat(f32Of(left)))]),
        i32.store(i32.add(args, 600), i32.load(i32.mul(i32.eq(chunk, i32.load(args)), -8))),
      ];
    }),
  );
const f32Of = (_: unknown) => f32x4.extract(v128.load(0), 0);

describe("a crew", () => {
  for (const threads of [1, 2, 3, 8])
    it(`of ${threads} does every chunk of thousands of short jobs once, by the right kernel`, () => {
      const machine = new Machine(options, threads);
      const to = machine.memory.allocate(4 * 300);
      for (let job = 0; job < 4000; job++) {
        const [chunks, factor] = [2 + ((job * 7) % 90), 1 + (job % 5)];
        machine.memory.i32.fill(0, to / 4, to / 4 + chunks + 1);
        machine.launch(writer(machine, factor), [to, (job % 11) * 20], chunks);
        const words = machine.memory.i32.subarray(to / 4, to / 4 + chunks + 1);
        const wrong = words.findIndex((word, chunk) => word !== (chunk < chunks ? chunk * factor + 1 : 0));
        if (wrong >= 0) expect.fail(`job ${job}: chunk ${wrong} of ${chunks} wrote ${words[wrong]}`);
      }
      machine.close();
    });

  it("goes on alone after it was dismissed, and takes more chunks than a job counts", () => {
    const machine = new Machine(options, 3);
    const to = machine.memory.allocate(4 * 70_000);
    machine.launch(writer(machine, 1), [to, 0], 70_000);
    expect(machine.memory.i32[to / 4 + 69_999]).toBe(70_000);
    machine.launch(writer(machine, 1), [to, 0], 50);
    machine.close();
    machine.launch(writer(machine, 2), [to, 0], 50);
    expect(Array.from(machine.memory.i32.subarray(to / 4, to / 4 + 50))).toEqual(
      Array.from({ length: 50 }, (_, chunk) => 2 * chunk + 1),
    );
  });

  it("runs kernels that stand beyond 2 GiB of memory", async () => {
    const machine = new Machine(options, 2);
    const to = machine.memory.allocate(4 * 64);
    machine.memory.allocate(2 ** 31);
    // What is left of the stretch of small blocks lies below.
    for (let count = 0; count < 20; count++) machine.memory.allocate(2 ** 17);
    expect(writer(machine, 1).address).toBeGreaterThan(2 ** 31);
    machine.launch(writer(machine, 1), [to, 0], 60);
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (let round = 0; round < 20; round++) machine.launch(writer(machine, 2), [to, 2000], 60);
    expect(machine.memory.i32[to / 4 + 59]).toBe(119);
    machine.close();
  });

  it("of as many threads as settings allow takes part to the last one", async () => {
    const machine = new Machine(options, 256);
    const to = machine.memory.allocate(4 * 4096);
    machine.launch(writer(machine, 1), [to, 0], 4096);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    machine.launch(writer(machine, 3), [to, 2000], 4096);
    expect(machine.memory.i32[to / 4 + 4095]).toBe(4095 * 3 + 1);
    expect(machine.threads).toBe(256);
    machine.close();
    expect(machine.threads).toBe(1);
  });

  it("makes one error of a kernel that fails, on whichever thread, and works afterwards", async () => {
    const machine = new Machine(options, 3);
    const to = machine.memory.allocate(4 * 64);
    machine.launch(writer(machine, 1), [to, 0], 60);
    // Time for the workers to begin, so that they take chunks too.
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (let round = 0; round < 30; round++) {
      expect(() => machine.launch(trap(machine), [round], 40)).toThrow(/a kernel failed on worker|out of bounds/);
      machine.launch(writer(machine, 3), [to, 30], 60);
      expect(machine.memory.i32[to / 4 + 59]).toBe(178);
    }
    machine.close();
  });
});
