import { describe, expect, it } from "vitest";
import {
  type Backend,
  backend,
  type Call,
  exp,
  mul,
  type Op,
  reference,
  reference64,
  softmax,
  type Tensor,
  type Tracer,
  tensor,
  traced,
  untraced,
  withBackend,
} from "./index.js";
import { apply } from "./op.js";

/** A tracer that writes down the names of operations on what it follows. */
function listener(source: Tensor): Tracer & { readonly names: string[] } {
  const reached = new Set<Tensor>([source]);
  const names: string[] = [];
  return {
    names,
    follows: (inputs) => inputs.some((input) => reached.has(input)),
    note: <Attributes>({ op, outputs }: Call<Attributes>) => {
      names.push(op.name);
      for (const output of outputs) reached.add(output);
    },
  };
}

it("withBackend refuses what is no backend", () => {
  for (const [given, told] of [
    ["reference64", '"reference64"'],
    [undefined, "undefined"],
    [{ backend: reference64 }, "object"],
  ])
    expect(() => Reflect.apply(withBackend, undefined, [given, () => 1])).toThrow(
      new TypeError(`withBackend: kernels are needed, such as reference64, not ${told}`),
    );
});

describe("apply", () => {
  it("tells a tracer what depends on its inputs, and nothing else", () => {
    const [x, y] = [tensor([1, 2]), tensor([3, 4])];
    const heard = listener(x);
    traced(heard, () => {
      exp(y);
      softmax(mul(x, y), 0);
    });
    exp(x);
    expect(heard.names).toEqual(["mul", "softmax"]);
  });

  it("runs a fused operation as its parts where two tracers follow", () => {
    const x = tensor([1, 2]);
    const [outer, inner] = [listener(x), listener(x)];
    traced(outer, () => traced(inner, () => softmax(x, 0)));
    expect(outer.names).toEqual(["max", "reshape", "sub", "exp", "sum", "reshape", "div"]);
    expect(inner.names).toEqual(outer.names);
  });

  it("leaves tracers as they were after an error", () => {
    const x = tensor([1]);
    const heard = listener(x);
    expect(() =>
      traced(heard, () => {
        throw new Error("inside");
      }),
    ).toThrow("inside");
    exp(x);
    untraced(() => exp(x));
    expect(heard.names).toEqual([]);
  });

  it("names an operation that the kernels lack and that has no plain form", () => {
    const lonely: Op<undefined> = { name: "lonely", shape: (shapes) => shapes, vjp: { none: "it is a test" } };
    expect(() => withBackend(reference, () => apply(lonely, [tensor(1)], undefined))).toThrow(
      "lonely: the reference backend has no kernel for it, and it has no plain form",
    );
  });
});

describe("withBackend", () => {
  it("goes back to the kernels before, after an error too", () => {
    const inside = (): Backend => withBackend(reference64, () => backend());
    const before = backend();
    expect(inside()).toBe(reference64);
    expect(backend()).toBe(before);
    expect(() =>
      withBackend(reference64, () => {
        throw new Error("inside");
      }),
    ).toThrow("inside");
    expect(backend()).toBe(before);
  });

  it("refuses asynchronous functions", () => {
    expect(() => withBackend(reference64, async () => 1)).toThrow("withBackend: the function must not be asynchronous");
  });
});
