import { describe, expect, it } from "vitest";
import { zeros } from "./creation.js";
import { pow } from "./power.js";

describe("pow", () => {
  it("refuses an exponent that is no number, and says what to write", () => {
    expect(() => Reflect.apply(pow, undefined, [zeros([2]), zeros([2])])).toThrow(
      new TypeError("pow: the exponent is a number, not a tensor [2]; for several take exp(mul(log(x), exponents))"),
    );
  });

  it("refuses an exponent that is not finite", () => {
    for (const exponent of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => pow(zeros([2]), exponent)).toThrow(
        new RangeError(`pow: the exponent must be finite, not ${exponent}`),
      );
  });

  it("refuses what is no tensor", () => {
    expect(() => Reflect.apply(pow, undefined, ["2", 2])).toThrow('pow: operand 0 is "2", not a tensor');
  });
});
