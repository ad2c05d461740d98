import { describe, expect, it } from "vitest";
import {
  apply,
  type Expression,
  elementwise,
  exp,
  mul,
  reference,
  reference64,
  sigmoid,
  softplus,
  tensor,
  withBackend,
  zeros,
} from "./index.js";

const softsign = elementwise("softsign", (x: Expression) => x.div(x.abs().add(1)));
const moments = elementwise("moments", (x: Expression, rate: Expression) => [x.mul(rate), x.mul(x).mul(rate)] as const);

describe("elementwise", () => {
  it("makes an operation on tensors of a formula", () => {
    expect(softsign(tensor([-1, 0, 3])).toArray()).toEqual([-0.5, 0, 0.75]);
  });

  it("says when a formula has more operands than a kernel can be given", () => {
    const total = (count: number) => {
      const formula = (...terms: readonly Expression[]): Expression => terms.reduce((sum, term) => sum.add(term));
      return elementwise("total", Object.defineProperty(formula, "length", { value: count }));
    };
    const one = tensor([1, 2]);
    const of = (count: number) => apply(total(count).op, new Array<typeof one>(count).fill(one), undefined)[0];
    // What an operand's reading is worth would not fit into a number from the 34th on.
    for (const count of [33, 34, 60, 250]) expect(of(count).toArray()).toEqual([count, 2 * count]);
    const mixed = Array.from({ length: 80 }, (_, at) => (at % 3 === 0 ? tensor([at]) : tensor([at, 1])));
    expect(apply(total(80).op, mixed, undefined)[0].toArray()).toEqual([3160, 53 + 1053]);
    expect(() => of(300)).toThrow("elementwise: 300 operands and 1 results are too many for one formula; split it");
  });

  it("takes numbers and smaller tensors beside the first operand", () => {
    const [first, second] = moments(
      tensor([
        [1, 2],
        [3, 4],
      ]),
      0.5,
    );
    expect(first.toArray()).toEqual([
      [0.5, 1],
      [1.5, 2],
    ]);
    expect(second.toArray()).toEqual([
      [0.5, 2],
      [4.5, 8],
    ]);
    expect(
      moments(
        tensor([
          [1, 2],
          [3, 4],
        ]),
        tensor([1, 10]),
      )[0].toArray(),
    ).toEqual([
      [1, 20],
      [3, 40],
    ]);
  });

  it("makes formulas that other formulas call", () => {
    const twice = elementwise("twice", (x: Expression) => softsign(softsign(x)));
    expect(twice(tensor([1])).item()).toBe(Math.fround(0.5 / 1.5));
  });

  it("computes in double precision between and rounds once, in the reference", () => {
    const backAndForth = elementwise("backAndForth", (x: Expression) => x.add(1e-12).sub(1).div(1e-12));
    expect(withBackend(reference, () => backAndForth(tensor([1])).item())).toBeCloseTo(1, 3);
  });

  it("gives blocks longer than its registers the same values as single elements", () => {
    const values = Array.from({ length: 1000 }, (_, index) => Math.sin(index));
    const whole = Array.from(softplus(tensor(values)).data);
    expect(whole).toEqual(values.map((value) => softplus(tensor(value)).item()));
  });

  it("passes on a gradient that is what the result received, without computing", () => {
    const split = elementwise("split", (x: Expression, y: Expression) => [x.add(y), x.mul(y)] as const);
    const [x, y] = [tensor([1, 2]), tensor([3, 4])];
    const { vjp } = split.op;
    if (typeof vjp !== "function") throw new Error("it has a rule");
    const gradients = [tensor([5, 6]), tensor([7, 8])];
    const call = { op: split.op, inputs: [x, y], outputs: split(x, y), attributes: undefined, gradients };
    const sum = vjp({ ...call, reached: [true, false], needed: [true, true] });
    expect(sum.map((gradient) => gradient === gradients[0])).toEqual([true, true]);
    expect(vjp({ ...call, reached: [true, false], needed: [false, true] })[0]).toBeUndefined();
    const both = vjp({ ...call, reached: [true, true], needed: [true, false] });
    expect(both.map((gradient) => gradient?.toArray())).toEqual([[26, 38], undefined]);
  });

  it("refuses shapes that do not broadcast, by its own name", () => {
    expect(() => mul(zeros([2, 3]).as<readonly number[]>([2, 3]), zeros([4]))).toThrow(
      "mul: shapes do not broadcast: [2, 3] and [4]",
    );
  });

  it("refuses tensors among expressions", () => {
    expect(() => elementwise("mixed", (x: Expression) => mul(x, 1))(tensor([1]))).not.toThrow();
    expect(() => Reflect.apply(mul, undefined, [tensor([1]), sigmoid(softsignOf())])).toThrow(
      "mul: tensors and expressions do not mix",
    );
  });

  it("refuses a derivative for a formula of several results", () => {
    // @ts-expect-error: the compiler refuses it as well
    const wrong = elementwise("wrong", (x: Expression) => [x, x] as const, { d: [(x: Expression) => x] });
    expect(() => wrong(tensor([1]))).toThrow("wrong: a formula of several results has no d");
  });

  it("refuses fewer partial derivatives than arguments", () => {
    // @ts-expect-error: the compiler refuses it as well
    const make = () => elementwise("wrong", (x: Expression, y: Expression) => x.mul(y), { d: [(x: Expression) => x] });
    expect(make).toThrow("wrong: 2 arguments need as many partial derivatives, not 1");
  });

  it("refuses more or fewer operands than the formula has parameters", () => {
    expect(() => Reflect.apply(exp, undefined, [tensor([1]), tensor([2, 3])])).toThrow(
      "exp: 1 operand is needed, not 2",
    );
    expect(() => Reflect.apply(mul, undefined, [tensor([1])])).toThrow("mul: 2 operands are needed, not 1");
    expect(() => elementwise("outer", (x: Expression) => Reflect.apply(mul, undefined, [x]))(tensor([1]))).toThrow(
      "mul: 2 operands are needed, not 1",
    );
  });

  const make = (...given: readonly unknown[]) => Reflect.apply(elementwise, undefined, given);

  it.each<[string, unknown]>([
    ["Math.exp(x)", (x: number) => Math.exp(x)],
    ["x * 2", (x: number) => x * 2],
    ["x > 0 ? x : 0", (x: number) => (x > 0 ? x : 0)],
    ["x.add(x * 2)", (x: number & Expression) => x.add(x * 2)],
    ["a derivative of x * 2", [(x: Expression) => x.mul(x), { d: [(x: number) => x * 2] }]],
  ])("refuses what computes with numbers that are not known yet: %s", (_, formula) => {
    const operation = make("double", ...[formula].flat());
    const backwards = () =>
      operation.op.vjp({ needed: [true], reached: [true], inputs: [], outputs: [], gradients: [] });
    expect(() => [operation(tensor([1])), backwards()]).toThrow(
      new TypeError(
        "elementwise: the argument of a formula is no number yet; use the methods of expressions, as x.mul(2), x.exp() and x.gt(0).select(x, 0)",
      ),
    );
  });

  it("refuses a formula that gives no expression", () => {
    for (const [given, told] of [
      [undefined, "undefined"],
      [3, "3"],
      [["x"], '"x"'],
    ])
      expect(() => make("none", (_: Expression) => given)(tensor([1]))).toThrow(
        new TypeError(
          `none: a formula gives an expression, or an array of such, not ${told}; did you forget to return it?`,
        ),
      );
  });

  it("refuses what is no name, and no formula", () => {
    expect(() => make((x: Expression) => x.mul(2))).toThrow(
      new TypeError('elementwise: a name comes first, as in elementwise("double", (x) => x.mul(2)), not a function'),
    );
    expect(() => make("double")).toThrow(new TypeError("elementwise: a function is needed, () => ..., not undefined"));
  });

  it("refuses float64 tensors outside reference64", () => {
    const wide = withBackend(reference64, () => tensor([1, 2]));
    expect(() => softsign(wide)).toThrow(
      "softsign: a float64 tensor [2] cannot be used outside reference64; make it float32 first",
    );
    expect(withBackend(reference64, () => softsign(tensor([1]))).dtype).toBe("float64");
  });
});

/** An expression, caught as a formula is made. */
function softsignOf(): Expression {
  const caught: Expression[] = [];
  elementwise("catch", (x: Expression) => {
    caught.push(x);
    return x;
  })(tensor([1]));
  return caught[0];
}
