import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { finiteJson } from "./run-summary.js";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);

describe("finiteJson", () => {
  it("keeps every finite number to the bit", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((name) => name !== "__proto__"),
          fc.array(finite),
        ),
        (value) => {
          expect(JSON.parse(finiteJson(value))).toEqual(value);
        },
      ),
    );
  });

  it("leaves out what is undefined, and names the field whose number is not finite", () => {
    expect(finiteJson({ a: undefined, b: 1 })).toBe('{\n  "b": 1\n}\n');
    expect(() => finiteJson({ test: { rankIc: Number.NaN } })).toThrow("finiteJson: rankIc is NaN");
    expect(() => finiteJson({ values: [1, Number.POSITIVE_INFINITY] })).toThrow("finiteJson: 1 is Infinity");
  });
});
