import { describe, expect, it } from "vitest";
import { clip, reference64, scope, startEngine, tensor, withBackend } from "../index.js";

const { backend: kernels } = startEngine({ threads: 1 });

describe("clip", () => {
  it.each([
    ["reference64", reference64],
    ["the kernels", kernels],
  ])("passes a NaN of x and of a bound, as PyTorch's clamp does, in %s", (_, backend) => {
    const values = withBackend(backend, () =>
      scope(() => {
        const x = tensor([Number.NaN, 1, 1, 1, 5]);
        const low = tensor([0, Number.NaN, 0, Number.NEGATIVE_INFINITY, 0]);
        const high = tensor([2, 2, Number.NaN, Number.POSITIVE_INFINITY, 2]);
        return [clip(x, low, high), clip(x, Number.NaN, 2), clip(x, 0, Number.NaN)].map((y) => y.toArray());
      }),
    );
    const nothing = Array.from({ length: 5 }, () => Number.NaN);
    expect(values).toEqual([[Number.NaN, Number.NaN, Number.NaN, 1, 2], nothing, nothing]);
  });
});
