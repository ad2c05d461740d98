import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { broadcastShapes, checkShape, formatShape, resolveAxis, ShapeError, sizeOf } from "./shape.js";

const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

/** A shape, and a part of it that broadcasts to it. */
const withPart = shape.chain((whole) =>
  fc
    .tuple(fc.nat(whole.length), fc.array(fc.boolean(), { minLength: whole.length, maxLength: whole.length }))
    .map(([from, ones]) => [whole, whole.map((dim, axis) => (ones[axis] ? 1 : dim)).slice(from)] as const),
);

describe("broadcastShapes", () => {
  it("gives the whole for a shape and a part that broadcasts to it, in either order", () => {
    fc.assert(
      fc.property(withPart, ([whole, part]) => {
        expect(broadcastShapes("add", [whole, part])).toEqual(whole);
        expect(broadcastShapes("add", [part, whole])).toEqual(whole);
      }),
    );
  });

  it("takes no shapes for those of a number", () => {
    expect(broadcastShapes("add", [])).toEqual([]);
  });

  it("names the operation and all shapes where two differ", () => {
    const shapes = [[3, 4], [3], [1]];
    const rule = "shapes do not broadcast: [3, 4] and [3] and [1]";
    expect(() => broadcastShapes("add", shapes)).toThrow(new ShapeError("add", rule, shapes));
  });
});

describe("resolveAxis", () => {
  it("counts negative axes from the back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(4), (rank, at) => {
        fc.pre(at < rank);
        const shape = new Array<number>(rank).fill(2);
        expect(resolveAxis("sum", at, shape)).toBe(at);
        expect(resolveAxis("sum", at - rank, shape)).toBe(at);
      }),
    );
  });

  it.each([2, -3, 0.5, Number.NaN])("refuses %s for a matrix", (axis) => {
    expect(() => resolveAxis("sum", axis, [4, 3])).toThrow(`sum: axis ${axis} is out of range for a tensor of rank 2`);
  });
});

describe("checkShape", () => {
  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses a dimension of %s", (dim) => {
    expect(() => checkShape("zeros", [2, dim])).toThrow(
      `zeros: dimensions are whole numbers of at least 0, not ${dim} in [2, ${dim}]`,
    );
  });
});

it("checkShape tells a dimension that is no number as it is written", () => {
  expect(() => Reflect.apply(checkShape, undefined, ["eye", [[3]]])).toThrow(
    "eye: dimensions are whole numbers of at least 0, not [3] in [[3]]",
  );
  expect(() => Reflect.apply(checkShape, undefined, ["zeros", [2, "3"]])).toThrow('not "3" in [2, "3"]');
});

describe("ShapeError", () => {
  it("carries the operation, the rule and the shapes", () => {
    const error = new ShapeError("matmul", "inner dims differ", [[1, 2]]);
    expect(error).toMatchObject({
      name: "ShapeError",
      operation: "matmul",
      rule: "inner dims differ",
      shapes: [[1, 2]],
    });
    expect(error.message).toBe("matmul: inner dims differ");
  });
});

describe("sizes and text", () => {
  it("multiply the dimensions, 1 for none", () => {
    expect([sizeOf([]), sizeOf([2, 3]), sizeOf([2, 0])]).toEqual([1, 6, 0]);
    expect(formatShape([300, 64])).toBe("[300, 64]");
  });
});
