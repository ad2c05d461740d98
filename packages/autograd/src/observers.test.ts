import {
  checkNumerics,
  div,
  exp,
  greater,
  key,
  log,
  matmul,
  mul,
  NumericsError,
  normal,
  profile,
  type Scalar,
  softmax,
  sqrt,
  startEngine,
  sum,
  type Tensor,
  tanh,
  tensor,
  type Vec,
  where,
  withBackend,
  zeros,
} from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { checkpoint, customVjp, grad, valueAndGrad } from "./index.js";

describe("profile", () => {
  const x = normal(key(1), [4, 3]);

  it("tells calls, time and bytes by operation, forwards and backwards, and the result", () => {
    const { result, operations, elapsedMs } = profile(() => valueAndGrad(() => sum(mul(tanh(tanh(x)), x)), [x]));
    const { result: plain } = profile(() => valueAndGrad(() => sum(mul(tanh(tanh(x)), x)), [x]));
    expect(result.grads[0].toArray()).toEqual(plain.grads[0].toArray());
    const of = (name: string) => operations.find((one) => one.name === name);
    expect(of("tanh")).toMatchObject({ calls: 2, bytes: 2 * 4 * 12 });
    expect(of("sum")).toMatchObject({ calls: 1, bytes: 4 });
    expect(operations.length).toBeGreaterThan(3);
    expect(operations.reduce((total, one) => total + one.elapsedMs, 0)).toBeLessThanOrEqual(elapsedMs);
  });

  it("counts a fused operation as one, as it does without being looked at, and what a checkpoint hides", () => {
    const names = (fn: () => unknown): string[] => profile(fn).operations.map(({ name }) => name);
    expect(names(() => softmax(x, 1))).toEqual(["softmax"]);
    expect(names(() => grad((at: Tensor) => sum(softmax(at.as([4, 3]), 1)))(x))).toContain("softmax");
    const calls = profile(() => grad((at: Tensor) => sum(checkpoint((v: Tensor) => tanh(v))(at)))(x)).operations;
    expect(calls.find(({ name }) => name === "tanh")?.calls).toBe(2);
  });

  it("counts what was made within a checkpoint or a function with a rule of its own once", () => {
    const bytes = (fn: (at: Tensor) => Tensor): number =>
      profile(() => fn(x)).operations.reduce((total, one) => total + one.bytes, 0);
    const twice = (at: Tensor): Tensor => tanh(tanh(at));
    expect(bytes(twice)).toBe(2 * 4 * 12);
    expect(bytes(checkpoint(twice))).toBe(bytes(twice));
    expect(bytes(customVjp(twice, (_, __, cotangent) => cotangent))).toBe(bytes(twice));
  });

  it("counts no bytes for views, and lets scopes free their memory", () => {
    const { operations } = profile(() => x.reshape([12]));
    expect(operations).toMatchObject([{ name: "reshape", calls: 1, bytes: 0 }]);
    const { backend: kernels, memory } = startEngine({ threads: 1, kernels: "plain" });
    const program = (): void => {
      const wide = normal(key(2), [64, 64]);
      for (let at = 0; at < 20; at++) valueAndGrad(() => sum(mul(tanh(wide), wide)), [wide]);
    };
    const peak = (run: () => void): number =>
      withBackend(kernels, () => {
        memory();
        run();
        return memory().peak;
      });
    expect(peak(() => profile(program))).toBe(peak(program));
  });
});

describe("profile and checkNumerics", () => {
  it("refuse a function that is asynchronous, of whose operations they would hear nothing", () => {
    expect(() => profile(async () => exp(tensor(1)))).toThrow("profile: the function must not be asynchronous");
    expect(() => checkNumerics(async () => 1)).toThrow("checkNumerics: the function must not be asynchronous");
  });
});

describe("checkNumerics", () => {
  it("returns what the function returns where all is well", () => {
    expect(checkNumerics(() => exp(tensor([0, 1], [2]))).data[0]).toBe(1);
  });

  const failing = (fn: () => unknown): NumericsError => {
    try {
      checkNumerics(fn);
    } catch (error) {
      if (error instanceof NumericsError) return error;
    }
    throw new Error("nothing was found");
  };

  it("stops at the first operation that makes a NaN or an infinity, with place and operands", () => {
    const error = failing(() => exp(mul(div(tensor([1, 2], [2]), tensor([4, 0], [2])), 3)));
    expect(error.message).toBe("div made Infinity at [1] of [2], from 2 (of [2]) and 0 (of [2])");
    expect(error).toMatchObject({ operation: "div", value: Number.POSITIVE_INFINITY, position: [1] });
    expect(failing(() => sqrt(tensor([1, -4], [1, 2]))).message).toBe(
      "sqrt made NaN at [0, 1] of [1, 2], from -4 (of [1, 2])",
    );
    expect(failing(() => sum(tensor([3e38, 3e38], [2]))).message).toMatch(
      /^sum made Infinity at \[\] of \[\], from \[2\] from 3\./,
    );
  });

  it("finds what a derivative makes: the where trap", () => {
    const guarded = (x: Vec): Scalar => sum(where(greater(x, 0), log(x), zeros([2])));
    expect(() => checkNumerics(() => grad(guarded)(tensor([1, 0])), { allowInfinities: true })).toThrow(
      / made NaN at \[1\]/,
    );
  });

  it("does not blame an operation for what it was given, and lets infinities pass where asked to", () => {
    expect(() => checkNumerics(() => mul(tensor([Number.NaN]), 2))).not.toThrow();
    expect(() => checkNumerics(() => log(tensor([0])))).toThrow("log made -Infinity at [0] of [1], from 0 (of [1])");
    expect(() => checkNumerics(() => log(tensor([0])), { allowInfinities: true })).not.toThrow();
  });

  it("finds a NaN that is made where operands hold infinities, and no infinity there", () => {
    const far = Number.POSITIVE_INFINITY;
    expect(failing(() => log(tensor([far, -1]))).message).toBe("log made NaN at [1] of [2], from -1 (of [2])");
    expect(failing(() => mul(tensor([far, 1]), tensor([0, 1]))).message).toMatch(/^mul made NaN at \[0\]/);
    expect(() => checkNumerics(() => log(tensor([far, 0])))).not.toThrow();
    expect(() => checkNumerics(() => sqrt(tensor([Number.NaN, -1])))).not.toThrow();
  });

  it("keeps what the operation was given beyond the scopes that the error ends", () => {
    const { operands } = failing(() => grad((x: Tensor) => sum(log(mul(x, -1))))(tensor([1, 2])));
    expect(operands.map((operand) => operand.toArray())).toEqual([[-1, -2]]);
  });

  it("names an element of an operand only where the result comes of that element alone", () => {
    const [a, b] = [tensor([0, 1e30, 1, 1], [2, 2]), tensor([1, 1, 1e30, 1], [2, 2])];
    expect(failing(() => matmul(a, b)).message).toMatch(
      /^matmul made Infinity at \[0, 0\] of \[2, 2\], from \[2, 2\] from 0 to 1\.\d*e\+30 and \[2, 2\] from 1 to/,
    );
  });
});
