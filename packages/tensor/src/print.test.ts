import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { arange, eye, full, indices, reshape, scope, type Tensor, t, tensor, zeros } from "./index.js";
import { nest } from "./print.js";

describe("a tensor as text", () => {
  it("tells shape, type and elements", () => {
    expect(`${eye(2)}`).toBe("Tensor [2, 2] float32\n[[1, 0],\n [0, 1]]");
  });

  it("is a bare number for a scalar, with six digits", () => {
    expect(`${tensor(Math.PI)}`).toBe("Tensor [] float32\n3.14159");
  });

  it("shows the first three and the last three of a long axis", () => {
    expect(`${arange(100)}`).toBe("Tensor [100] float32\n[0, 1, 2, ..., 97, 98, 99]");
    expect(`${reshape(arange(14), [7, 2])}`).toContain("[4, 5],\n ...,\n [8, 9]");
    expect(`${arange(6)}`).toBe("Tensor [6] float32\n[0, 1, 2, 3, 4, 5]");
  });

  it("shows what is not finite, and empty axes", () => {
    expect(`${full([2], Number.NaN)}`).toContain("[NaN, NaN]");
    expect(`${zeros([0])}`).toBe("Tensor [0] float32\n[]");
    expect(`${zeros([2, 0])}`).toBe("Tensor [2, 0] float32\n[[],\n []]");
  });
});

describe("a tensor in a console", () => {
  it("is its text, in objects and arrays too", () => {
    expect(inspect(eye(2))).toBe(`${eye(2)}`);
    expect(inspect({ weight: arange(3) })).toBe("{\n  weight: Tensor [3] float32\n  [0, 1, 2]\n}");
  });

  it("is told to be freed where its scope has ended, and nothing throws", () => {
    let freed: Tensor = zeros([]);
    scope(() => {
      freed = zeros([2, 3]).add(1);
    });
    expect(`${freed}`).toBe("Tensor [2, 3] float32, freed when its scope ended");
    expect(inspect(freed)).toBe(`${freed}`);
    expect(() => JSON.stringify(freed)).toThrow("toJSON: the tensor, [2, 3], was freed when its scope ended");
  });
});

describe("a tensor in JSON", () => {
  it("is its elements in nested arrays, none left out, whatever the layout", () => {
    expect(JSON.stringify({ x: t(tensor([[1, 2]])), one: tensor(1), none: zeros([0, 2]) })).toBe(
      '{"x":[[1],[2]],"one":1,"none":[]}',
    );
    expect(JSON.stringify(arange(100))).toBe(JSON.stringify(Array.from({ length: 100 }, (_, at) => at)));
  });

  it("has every digit: what is read back is the same numbers", () => {
    const x = tensor([1 / 3, -1e-45, 3.4e38]);
    expect(tensor(JSON.parse(JSON.stringify(x))).data).toEqual(x.data);
    expect(JSON.stringify(tensor([-0]))).toBe("[0]");
  });

  it("of int32 is read back by indices, which tensor would round", () => {
    const x = indices([2 ** 31 - 1, 2 ** 24 + 1, 0]);
    const text = JSON.stringify(x);
    expect(text).toBe("[2147483647,16777217,0]");
    expect(indices(JSON.parse(text)).data).toEqual(x.data);
    expect(tensor(JSON.parse(text)).toArray()).toEqual([2 ** 31, 2 ** 24, 0]);
  });

  it("has no word for the axes behind an empty one", () => {
    expect(tensor(JSON.parse(JSON.stringify(zeros([0, 3])))).shape).toEqual([0]);
    expect(tensor(JSON.parse(JSON.stringify(zeros([2, 0, 3])))).shape).toEqual([2, 0]);
  });

  it("has null for what JSON has no number for, which is refused on the way back", () => {
    const text = JSON.stringify(tensor([1, Number.NaN, Number.POSITIVE_INFINITY]));
    expect(text).toBe("[1,null,null]");
    expect(() => tensor(JSON.parse(text))).toThrow("tensor: number 1 of the values is none: null");
    expect(() => indices(JSON.parse(text))).toThrow("indices: null at position 1 is no whole number");
  });
});

describe("nest", () => {
  it("puts row-major values in nested arrays", () => {
    expect(nest([1, 2, 3, 4, 5, 6], [3, 1, 2])).toEqual([[[1, 2]], [[3, 4]], [[5, 6]]]);
    expect(nest([7], [])).toBe(7);
  });
});
