import { describe, expect, it } from "vitest";
import {
  arange,
  assign,
  assignResults,
  type Expression,
  elementwise,
  expand,
  gather,
  indices,
  keep,
  type Mat,
  mul,
  pinned,
  reference64,
  reshape,
  scalar,
  scope,
  slice,
  sum,
  Tensor,
  t,
  tensor,
  transpose,
  withBackend,
  writes,
  zeros,
} from "./index.js";
import { product } from "./ops/matmul.js";
import * as ops from "./ops.js";

describe("reading a tensor", () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  it("gives its shape, rank, size and type", () => {
    expect([x.shape, x.rank, x.size, x.dtype]).toEqual([[2, 3], 2, 6, "float32"]);
    expect([indices([1]).dtype, withBackend(reference64, () => zeros([1])).dtype]).toEqual(["int32", "float64"]);
  });

  it("gives the elements in row-major order, whatever the layout", async () => {
    const turned = transpose(x, [1, 0]);
    expect(Array.from(turned.data)).toEqual([1, 4, 2, 5, 3, 6]);
    expect(Array.from(slice(x, 0, 1, 2).data)).toEqual([4, 5, 6]);
    expect(await turned.read()).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6));
    expect(turned.toArray()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
  });

  it("gives a copy from read", async () => {
    const copy = await x.read();
    copy[0] = 99;
    expect(x.data[0]).toBe(1);
  });

  it("gives the number of a single element, and refuses others", () => {
    expect(tensor([[7]]).item()).toBe(7);
    expect(() => x.item()).toThrow("item: a tensor of one element is needed, not one of shape [2, 3]");
  });

  it("takes a more exact type, checked", () => {
    expect(reshape(x, [-1, 2]).as([3, 2]).shape).toEqual([3, 2]);
    expect(() => x.as([3, 2])).toThrow("as: the shape is [2, 3], not [3, 2]");
    // @ts-expect-error: the compiler refuses it as well
    expect(() => x.as(2, 3)).toThrow(
      new TypeError("as: a shape is an array of dimensions, as [2, 3] is, not the number 2; did you mean [2]?"),
    );
  });
});

describe("methods", () => {
  const x = tensor([
    [0.5, 2],
    [1, 4],
  ]);
  const y = tensor([
    [1, 2],
    [3, 4],
  ]);
  const functions: Readonly<Record<string, unknown>> = { ...ops, matmul: product };
  const calls: readonly (readonly [string, readonly unknown[]])[] = [
    ...["add", "sub", "mul", "div"].map((name) => [name, [y]] as const),
    ...["neg", "abs", "sqrt", "square", "exp", "log", "tanh", "sigmoid", "softplus", "t"].map(
      (name) => [name, []] as const,
    ),
    ...["sum", "mean", "max"].flatMap(
      (name) =>
        [
          [name, []],
          [name, [1]],
          [name, [0, true]],
        ] as const,
    ),
    ["pow", [3]],
    ["softmax", [0]],
    ["matmul", [y]],
    ["transpose", [[1, 0]]],
    ["reshape", [[4]]],
    ["expand", [[3, 2, 2]]],
    ["slice", [1, 0, 1]],
  ];

  it.each(calls)("%s is the function of that name: %#", (name, args) => {
    const [fn, method] = [functions[name], Reflect.get(Tensor.prototype, name)];
    if (typeof fn !== "function" || typeof method !== "function") return expect.fail(`${name} is missing`);
    expect(`${Reflect.apply(method, x, args)}`).toBe(`${Reflect.apply(fn, undefined, [x, ...args])}`);
  });

  it("are a closed list", () => {
    const own = [
      ...["constructor", "shape", "rank", "size", "dtype", "data"],
      ...["item", "toArray", "read", "as", "toString", "toJSON"],
    ];
    const found = Object.getOwnPropertyNames(Tensor.prototype).filter((name) => !own.includes(name));
    expect(found.sort()).toEqual([...new Set(calls.map(([name]) => name))].sort());
  });
});

describe("assign", () => {
  it("overwrites in place, through views too, and moves the clock", () => {
    const x = zeros([2, 3]);
    const before = writes();
    assign(slice(x, 1, 1, 2), tensor([7, 8], [2, 1]));
    expect(x.toArray()).toEqual([
      [0, 7, 0],
      [0, 8, 0],
    ]);
    expect([writes(), x.storage.writtenAt]).toEqual([before + 1, before + 1]);
  });

  it("copies a tensor onto its own transpose as if it stood elsewhere", () => {
    const x = reshape(arange(4), [2, 2]);
    assign(x, transpose(x, [1, 0]));
    expect(x.toArray()).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });

  it("refuses other shapes, and numbers among indices", () => {
    const x: Tensor = zeros([2]);
    expect(() => assign(x, zeros([3]))).toThrow("assign: [3] cannot overwrite [2]");
    expect(() => assign(indices([1, 2]), zeros([2]))).toThrow(
      "assign: float32 cannot overwrite int32; indices are written by indices alone",
    );
  });

  it("refuses float64 outside reference64, as every operation does", () => {
    const wide = withBackend(reference64, () => tensor([1 / 3], [1]));
    expect(() => assign(zeros([1]), wide)).toThrow(
      "assign: a float64 tensor [1] cannot be used outside reference64; make it float32 first",
    );
    expect(() => assign(wide, zeros([1]))).toThrow("assign: a float64 tensor [1]");
    expect(() => keep(wide)).toThrow("keep: a float64 tensor [1] cannot be used outside reference64");
    expect(withBackend(reference64, () => keep(wide)).item()).toBe(1 / 3);
  });

  it("overwrites nothing where there is nothing", () => {
    const x: Tensor = zeros([3, 0]);
    assign(x, zeros([3, 0]));
    assignResults([x], mul, [x, scalar(2)]);
    expect(x.shape).toEqual([3, 0]);
  });

  it("refuses a target whose elements share memory", () => {
    const x = zeros([1]);
    expect(() => assign(expand(x, [3]), tensor([1, 2, 3], [3]))).toThrow(
      "assign: the elements of an expanded tensor [3] share memory; overwrite a copy: keep(target)",
    );
    assign(expand(x, [1, 1]), tensor([5], [1, 1]));
    expect(x.item()).toBe(5);
  });
});

describe("assignResults", () => {
  const swapped = elementwise("swapped", (a: Expression, b: Expression) => [b.mul(2), a.add(b)]);

  it("writes each result over its target, on the heap, in a scope and pinned, whatever views the operands are", () => {
    const side = 5;
    const values = Array.from({ length: side * side }, (_, at) => at);
    const views = [(x: Mat) => x, (x: Mat) => t(x), (x: Mat) => expand(slice(x, 0, 1, 2), [side, side])];
    const places: ((targets: readonly Tensor[], fn: () => void) => void)[] = [
      (_, fn) => fn(),
      (_, fn) => scope(fn),
      pinned,
    ];
    for (const view of views)
      for (const place of places) {
        const [x, y] = [tensor(values, [side, side]), tensor(values, [side, side])];
        const expected = swapped(view(x), y).map((result) => result.toArray());
        const before = writes();
        place([x, y], () => assignResults([x, y], swapped, [view(x), y]));
        expect([x.toArray(), y.toArray()]).toEqual(expected);
        expect([writes(), x.storage.writtenAt, y.storage.writtenAt]).toEqual([before + 2, before + 1, before + 2]);
      }
  });

  it("writes parts of pinned tensors, and leaves what is beside them", () => {
    const x = zeros([3, 2]);
    pinned([x], () => assignResults([slice(x, 0, 1, 2)], mul, [tensor([[2, 3]]), scalar(2)]));
    expect(x.toArray()).toEqual([
      [0, 0],
      [4, 6],
      [0, 0],
    ]);
  });

  it("refuses other counts and shapes, and indices, before anything is written", () => {
    const [x, y] = [tensor([1, 2]), tensor([3, 4])];
    expect(() => assignResults([x], swapped, [x, y])).toThrow("swapped: 2 results cannot overwrite 1 tensors");
    expect(() => assignResults([x, zeros([3])] as Tensor[], swapped, [x, y])).toThrow(
      "swapped: [2] cannot overwrite [3]",
    );
    expect(() => assignResults([indices([1, 2])], mul, [x, y])).toThrow("mul: float32 cannot overwrite int32");
    expect(() => assignResults([x], mul, [x])).toThrow("mul: 2 operands are needed, not 1");
    expect(() => assignResults([x], mul, [x, y, y])).toThrow("mul: 2 operands are needed, not 3");
    expect([x.toArray(), y.toArray()]).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
});

describe("scopes", () => {
  it("give what their function gives", () => {
    expect(scope(() => sum(tensor([1, 2])).item())).toBe(3);
    expect(pinned([], () => 5)).toBe(5);
  });

  it("refuse asynchronous functions", () => {
    expect(() => scope(async () => 1)).toThrow("scope: the function must not be asynchronous");
  });

  it("keep makes a copy that later writes do not reach, of the same type", () => {
    const x = tensor([1, 2]);
    const kept = keep(x);
    assign(x, zeros([2]));
    expect(kept.toArray()).toEqual([1, 2]);
    expect(gather(tensor([5, 6, 7]), keep(indices([2, 0])), 0).toArray()).toEqual([7, 5]);
    expect(keep(transpose(tensor([[1, 2]]), [1, 0])).toArray()).toEqual([[1], [2]]);
  });
});
