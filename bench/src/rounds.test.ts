import { describe, expect, it } from "vitest";
import { checkAgreement } from "./rounds.js";

const found = (...checks: readonly (readonly [name: string, check: number | undefined])[]) =>
  new Map(
    checks.map(([name, check]) => [
      { name },
      [{ readings: [{ row: "r", median: 1, least: 1, ...(check !== undefined && { check }) }] }],
    ]),
  );

describe("checkAgreement", () => {
  it("lets rounding pass, and those who tell nothing", () => {
    expect(() => checkAgreement("gru", found(["a", 1000], ["b", 1000.9], ["c", undefined]))).not.toThrow();
    expect(() => checkAgreement("gru", found(["a", 0], ["b", 0.0009]))).not.toThrow();
  });

  it("names who found something else", () => {
    const message = "bench: b finds 1001.1 at gru, r, where others find 1000";
    expect(() => checkAgreement("gru", found(["a", 1000], ["b", 1001.1]))).toThrow(message);
    expect(() => checkAgreement("gru", found(["a", 1], ["b", Number.NaN]))).toThrow("b finds NaN");
  });
});
