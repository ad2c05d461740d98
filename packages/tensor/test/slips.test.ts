import { describe, expect, it } from "vitest";
import {
  assign,
  checkNumerics,
  conv1d,
  keep,
  key,
  max,
  min,
  normal,
  ones,
  permutation,
  pinned,
  profile,
  scope,
  stack,
  sum,
  tensor,
  uniform,
  zeros,
} from "../src/index.js";

const x = zeros([2, 3]);

/** A call that the types forbid: programs without types come this far. */
const slip = (fn: (...args: never[]) => unknown, ...args: unknown[]): unknown => Reflect.apply(fn, undefined, args);

describe("a slip of someone new", () => {
  it.each([
    [
      () => slip(zeros, 3),
      "zeros: a shape is an array of dimensions, as [2, 3] is, not the number 3; did you mean [3]?",
    ],
    [() => slip(ones, 3), "ones: a shape is an array of dimensions, as [2, 3] is, not the number 3; did you mean [3]?"],
    [() => slip(zeros), "zeros: a shape is an array of dimensions, as [2, 3] is, not undefined"],
    [() => slip(normal, [3]), "normal: a key is needed, not an array of 1; key(7) makes one"],
    [() => slip(uniform, [3]), "uniform: a key is needed, not an array of 1; key(7) makes one"],
    [() => slip(permutation, 3), "permutation: a key is needed, not 3; key(7) makes one"],
    [
      () => slip(normal, key(1), 3),
      "normal: a shape is an array of dimensions, as [2, 3] is, not the number 3; did you mean [3]?",
    ],
    [() => slip(keep, 3), "keep: operand 0 is 3, not a tensor; scalar(3) makes one of numbers"],
    [() => slip(assign, 3, x), "assign: the target is 3, not a tensor; scalar(3) makes one of numbers"],
    [() => slip(assign, x, 3), "assign: the source is 3, not a tensor; full(target.shape, 3) makes one of numbers"],
    [() => slip(key, "a"), 'key: a seed is a whole number, not "a"; fold(key(7), "name") makes a key of a name'],
    [() => slip(scope, 3), "scope: a function is needed, () => ..., not 3"],
    [() => slip(pinned, [x]), "pinned: a function is needed, () => ..., not undefined"],
    [() => slip(profile, 3), "profile: a function is needed, () => ..., not 3"],
    [() => slip(checkNumerics, 3), "checkNumerics: a function is needed, () => ..., not 3"],
    [() => slip(stack, [x, x], "0"), 'stack: an axis is a whole number, not "0"'],
    [() => slip(conv1d, zeros([1, 2, 4]), zeros([1, 2, 1]), null), "conv1d: options are an object, not null"],
    [() => slip(conv1d, zeros([1, 2, 4]), zeros([1, 2, 1]), 2), "conv1d: options are an object, not 2"],
    [() => slip(max, x, x), "max: an axis is a whole number, not a tensor [2, 3]; did you mean maximum(a, b)?"],
    [() => slip(min, x, x), "min: an axis is a whole number, not a tensor [2, 3]; did you mean minimum(a, b)?"],
    [() => slip(sum, x, x), "sum: an axis is a whole number, not a tensor [2, 3]"],
    [() => slip(sum, x, [0, 1]), "sum: an axis is a whole number, not an array of 2; take one axis at a time"],
    [
      () => slip(tensor, [[2, 0]], [1, 2]),
      "tensor: with a shape the values are a flat array of numbers; number 0 is none: an array of 2; did you mean tensor(values).as([1, 2])?",
    ],
  ])("%s gets one clear error", (call, message) => {
    expect(call).toThrow(new TypeError(message));
  });
});
