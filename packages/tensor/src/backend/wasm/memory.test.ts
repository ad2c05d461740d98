import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OutOfMemoryError } from "../errors.js";
import { blockSize, LinearMemory } from "./memory.js";

describe("blockSize", () => {
  it("holds what is asked for, wastes at most an eighth of it beyond 512 bytes, and is its own size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (bytes) => {
        const size = blockSize(bytes);
        expect(size).toBeGreaterThanOrEqual(bytes);
        expect(size % 64).toBe(0);
        expect(size - bytes).toBeLessThanOrEqual(Math.max(64, bytes / 8));
        expect(blockSize(size)).toBe(size);
      }),
    );
  });
});

describe("LinearMemory", () => {
  const actions = fc.array(fc.record({ bytes: fc.integer({ min: 0, max: 300_000 }), frees: fc.nat() }), {
    maxLength: 80,
  });

  it("gives blocks that do not overlap, whatever is freed in between, and counts them", () => {
    fc.assert(
      fc.property(actions, fc.boolean(), (steps, shared) => {
        const memory = new LinearMemory(shared, 65_536);
        const held: { address: number; bytes: number }[] = [];
        for (const { bytes, frees } of steps) {
          if (frees % 3 === 0 && held.length > 0) {
            const [gone] = held.splice(frees % held.length, 1);
            memory.free(gone.address, gone.bytes);
            continue;
          }
          const address = memory.allocate(bytes);
          expect(address % 64).toBe(0);
          expect(address).toBeGreaterThanOrEqual(65_536);
          expect(address + blockSize(bytes) + 64).toBeLessThanOrEqual(memory.memory.buffer.byteLength);
          for (const other of held)
            expect(
              address + blockSize(bytes) <= other.address || other.address + blockSize(other.bytes) <= address,
            ).toBe(true);
          held.push({ address, bytes });
        }
        expect(memory.used).toBe(held.reduce((sum, { bytes }) => sum + blockSize(bytes), 0));
        expect(memory.i32.buffer).toBe(memory.memory.buffer);
      }),
    );
  });

  it("gives a block back that was taken for a time, also after an error", () => {
    const memory = new LinearMemory(false, 65_536);
    const before = memory.used;
    memory.within(1000, (address) => expect(address).toBeGreaterThanOrEqual(65_536));
    expect(() =>
      memory.within(1000, () => {
        throw new Error("within");
      }),
    ).toThrow("within");
    expect(memory.used).toBe(before);
  });

  it("has room for a large block between small ones that stay, once those around it are free", () => {
    const memory = new LinearMemory(false, 65_536);
    const large = Array.from({ length: 8 }, () => {
      memory.allocate(3000);
      return memory.allocate(2 ** 22);
    });
    for (const address of large) memory.free(address, 2 ** 22);
    const size = memory.memory.buffer.byteLength;
    memory.allocate(7 * 2 ** 22);
    expect(memory.memory.buffer.byteLength).toBe(size);
  });

  it("takes blocks again that were freed, and cuts larger ones when there is no room for more", () => {
    const memory = new LinearMemory(false, 65_536);
    const address = memory.allocate(1000);
    memory.free(address, 1000);
    expect(memory.allocate(1000)).toBe(address);
    const half = Math.floor(memory.maximum / 2);
    const large = memory.allocate(half);
    expect(() => memory.allocate(memory.maximum)).toThrow(OutOfMemoryError);
    expect(() => memory.allocate(half)).toThrow(/out of memory: \d+ MiB asked for, \d+ MiB of \d+ MiB in use/);
    memory.free(large, half);
    const parts = Array.from({ length: 4 }, () => memory.allocate(Math.floor(half / 4)));
    expect(new Set(parts).size).toBe(4);
  });
});
