import { describe, expect, it } from "vitest";
import { OutOfMemoryError } from "../errors.js";
import { Machine } from "./machine.js";

describe("a machine's scratch memory", () => {
  it("is not used again after there was no room for more of it", () => {
    const machine = new Machine({ fused: false, shared: false, wideTiles: false });
    const first = machine.scratch(1024);
    expect(() => machine.scratch(machine.memory.maximum)).toThrow(OutOfMemoryError);
    const block = machine.memory.allocate(first.stride);
    const next = machine.scratch(512);
    expect(next.address + next.stride <= block || block + first.stride <= next.address).toBe(true);
  });

  it("counts once, however often it grew", () => {
    const machine = new Machine({ fused: false, shared: false, wideTiles: false });
    const before = machine.memory.used;
    for (const bytes of [64, 5000, 300_000]) machine.scratch(bytes);
    machine.scratch(100);
    expect(machine.memory.used - before).toBeLessThan(310_000);
  });
});
