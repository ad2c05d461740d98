import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Spans } from "./spans.js";

describe("Spans", () => {
  it("gives stretches that were free, none twice, and is whole again when all came back", () => {
    const sizes = fc.array(fc.record({ size: fc.integer({ min: 1, max: 40 }), back: fc.nat() }), { maxLength: 60 });
    fc.assert(
      fc.property(sizes, (steps) => {
        const spans = new Spans();
        spans.give(100, 400);
        const held: { address: number; size: number }[] = [];
        for (const { size, back } of steps) {
          if (back % 3 === 0 && held.length > 0) {
            const [gone] = held.splice(back % held.length, 1);
            spans.give(gone.address, gone.size);
            continue;
          }
          const address = spans.take(size);
          if (address === undefined) continue;
          expect(address >= 100 && address + size <= 500).toBe(true);
          for (const other of held)
            expect(address + size <= other.address || other.address + other.size <= address).toBe(true);
          held.push({ address, size });
        }
        for (const { address, size } of held) spans.give(address, size);
        expect(spans.takeUpTo(499)).toBe(499);
        expect(spans.takeUpTo(500)).toBe(100);
        expect(spans.take(1)).toBeUndefined();
      }),
    );
  });

  it("takes from the smallest that suffices", () => {
    const spans = new Spans();
    spans.give(0, 100);
    spans.give(200, 30);
    spans.give(300, 50);
    expect(spans.take(40)).toBe(300);
    expect(spans.take(30)).toBe(200);
    expect(spans.take(60)).toBe(0);
  });
});
