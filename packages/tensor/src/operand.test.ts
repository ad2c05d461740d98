import { describe, expect, it } from "vitest";
import { samples } from "../test/samples.js";
import { add, full, gruStates, indices, scalar, tensor, zeros } from "./index.js";
import * as ops from "./ops.js";

/** Calls as a program without types may make them. */
const call = (fn: (...operands: never[]) => unknown, ...operands: readonly unknown[]): unknown =>
  Reflect.apply(fn, undefined, operands);

const strangers: readonly (readonly [value: unknown, told: string])[] = [
  [[1, 2, 3], "an array of 3, not a tensor; tensor([...]) makes one of numbers"],
  ["a", '"a", not a tensor; tensor([...]) makes one of numbers'],
  [undefined, "undefined, not a tensor; was it left out? tensor([...]) makes one of numbers"],
  [null, "null, not a tensor; tensor([...]) makes one of numbers"],
  [{ x: 1 }, "an object (Object), not a tensor; tensor([...]) makes one of numbers"],
];

/** Operations whose first operand is no tensor. */
const others = new Set(["concatenate", "stack", "einsum", "gru", "gruStates"]);

describe("an operand that is no tensor", () => {
  for (const [name, fn] of Object.entries(ops)) {
    if (others.has(name)) continue;
    it(`is told as such by ${name}`, () => {
      const operation = "op" in fn ? fn.op.name : name;
      const count = samples[name]({ m: 2, n: 2, k: 2 })[0].inputs.length;
      const beside = [
        ...new Array<unknown>(count - 1).fill(zeros([2, 2])),
        ...(/^(segment|transpose)/.test(name) ? [[1, 0]] : []),
      ];
      for (const [stranger, told] of strangers)
        expect(() => call(fn, stranger, ...beside)).toThrow(new TypeError(`${operation}: operand 0 is ${told}`));
    });
  }

  it("is told by its place, in a function as in a method", () => {
    const x = tensor([1, 2, 3]);
    for (const [stranger, told] of strangers) {
      expect(() => call(add, x, stranger)).toThrow(new TypeError(`add: operand 1 is ${told}`));
      expect(() => call(x.add.bind(x), stranger)).toThrow(new TypeError(`add: operand 1 is ${told}`));
      expect(() => call(ops.solve, zeros([2, 2]), stranger)).toThrow(new TypeError(`solve: operand 1 is ${told}`));
      expect(() => call(ops.einsum, "i,i->", x, stranger)).toThrow(new TypeError(`einsum: operand 1 is ${told}`));
      expect(() => call(ops.stack, [x, stranger])).toThrow(new TypeError(`stack: part 1 is ${told}`));
      expect(() => call(ops.where, 1, 0, stranger)).toThrow(new TypeError(`where: operand 2 is ${told}`));
    }
    expect(() => call(ops.matmul, zeros([2, 2]), 3)).toThrow(
      "matmul: operand 1 is 3, not a tensor; scalar(3) makes one of numbers",
    );
    expect(() => call(ops.concatenate, x, 0)).toThrow("concatenate: an array of tensors is needed, not a tensor [3]");
  });

  it("is told by its name where a unit is short of one", () => {
    const parts = {
      inputs: zeros([2, 1]),
      weightIh: zeros([3, 1]),
      weightHh: zeros([3, 1]),
      biasIh: zeros([3]),
      biasHh: zeros([3]),
    };
    for (const name of Object.keys(parts).filter((part) => part !== "inputs"))
      for (const unit of [ops.gru, gruStates])
        expect(() => call(unit, undefined, { ...parts, [name]: undefined }, 2)).toThrow(
          new TypeError(`gru: ${name} is undefined, not a tensor; was it left out? tensor([...]) makes one of numbers`),
        );
    expect(() => call(ops.gru, [[0]], parts, 2)).toThrow("gru: state is an array of 1, not a tensor");
  });
});

describe("an argument of another kind", () => {
  it.each([
    [ops.reshape, [undefined], "reshape: a shape, an array of dimensions, is needed, not undefined"],
    [ops.expand, [3], "expand: a shape, an array of dimensions, is needed, not 3"],
    [ops.transpose, [], "transpose: an order, an array of all axes, is needed, not undefined"],
    [ops.pad, ["a"], 'pad: an axis, or an array of margins, is needed, not "a"'],
    [ops.pad, [0, 0, 4, "1"], 'pad: what is new is a number, not "1"'],
    [ops.sort, [0, "down"], 'sort: the order is "ascending" or "descending", not "down"'],
    [ops.tril, [0.5], "tril: the offset is a whole number of diagonals, not 0.5"],
    [ops.triu, [Number.NaN], "triu: the offset is a whole number of diagonals, not NaN"],
  ])("is told as such: %#", (fn, others, message) => {
    expect(() => call(fn, zeros([2, 2]), ...others)).toThrow(message);
  });

  it("is told as such by einsum", () => {
    expect(() => call(ops.einsum, zeros([2]), zeros([2]))).toThrow(
      'einsum: the first operand is an equation, as "ij,jk->ik", not a tensor [2]',
    );
  });
});

describe("values that are no numbers", () => {
  it("make no tensor", () => {
    const none = [undefined, null, "abc", { x: 1 }, () => 1];
    for (const values of none)
      for (const shape of [undefined, [3]])
        expect(() => call(tensor, values, shape)).toThrow(
          /^tensor: .* not (undefined|null|"abc"|an object \(Object\)|a function)$/,
        );
    for (const values of none)
      expect(() => call(indices, values)).toThrow("indices: an array of whole numbers is needed");
    expect(() => call(tensor, [1, "2"])).toThrow(new TypeError('tensor: number 1 of the values is none: "2"'));
    expect(() => call(tensor, [["a"]])).toThrow(new TypeError('tensor: number 0 of the values is none: "a"'));
    expect(() => call(tensor, [1, undefined], [2])).toThrow("number 1 is none: undefined");
  });

  it("fill no tensor", () => {
    expect(() => call(full, [2])).toThrow(new TypeError("full: a number is needed, not undefined"));
    expect(() => call(full, [2], [1, 2])).toThrow(new TypeError("full: a number is needed, not an array of 2"));
    expect(() => call(scalar)).toThrow(new TypeError("scalar: a number is needed, not undefined"));
    expect(() => call(scalar, "3")).toThrow(new TypeError('scalar: a number is needed, not "3"'));
    expect(full([1], Number.NaN).toArray()).toEqual([Number.NaN]);
  });

  it("make one of one number by another name", () => {
    expect(() => call(tensor, 3, [])).toThrow("not the number 3; did you mean scalar(3)?");
    expect(() => call(tensor, 3, [2, 2])).toThrow("not the number 3; did you mean full([2, 2], 3)?");
  });
});
