import {
  add,
  assign,
  assignResults,
  type Expression,
  elementwise,
  exp,
  keep,
  mul,
  ones,
  reference,
  type Scalar,
  scalar,
  startEngine,
  sum,
  type Tensor,
  tensor,
  type Vec,
  withBackend,
  zeros,
} from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { checkpoint, customVjp, grad, jvp, stopGradient, valueAndGrad, vjp } from "./index.js";

const refusal =
  "assign: a tensor [2] is being differentiated, and cannot be overwritten meanwhile; make a new tensor, or overwrite it once the gradients are taken";
const stain = (operation: string): string =>
  `${operation}: a tensor [2] was overwritten by what is being differentiated, and no gradient passes that way; read what it was overwritten by, or overwrite it by its stopGradient`;

describe("what is being differentiated", () => {
  const start = [1, 2] as const;

  it("cannot be overwritten meanwhile: a parameter, an argument, what was made of them, and other names of their memory", () => {
    const weight = tensor(start, [2]);
    const squares = (x: Vec<2>): Scalar => sum(mul(x, x));
    const within = (write: (x: Vec<2>) => void) => () =>
      grad((x: Vec<2>) => {
        write(x);
        return squares(x);
      })(weight);
    const loss = (): Scalar => {
      assign(weight, mul(weight, 2));
      return squares(weight);
    };
    expect(() => valueAndGrad(loss, [weight])).toThrow(refusal);
    expect(within((x) => assign(x, ones([2])))).toThrow(refusal);
    expect(within(() => assign(weight, ones([2])))).toThrow(refusal);
    expect(within((x) => assign(exp(x), ones([2])))).toThrow(refusal);
    expect(within((x) => assign(x.reshape([2, 1]), ones([2, 1])))).toThrow("a tensor [2, 1] is being differentiated");
    expect(within((x) => assign(stopGradient(x), ones([2])))).toThrow(refusal);
    expect(weight.toArray()).toEqual(start);
  });

  it("cannot be overwritten by an outer derivative, a formula, a checkpoint or a function with a rule of its own", () => {
    const weight = tensor(start, [2]);
    const inner = (x: Vec<2>): Scalar =>
      grad((y: Scalar) => {
        assign(x, ones([2]));
        return y;
      })(sum(x));
    expect(() => grad(inner)(weight)).toThrow(refusal);
    expect(() => jvp(inner, weight, ones([2]))).toThrow(refusal);
    const doubled = elementwise("doubled", (x: Expression) => x.mul(2));
    const step = (x: Vec<2>): Vec<2> => {
      assignResults([x], doubled, [x]);
      return mul(x, 1);
    };
    expect(() => vjp(step, weight)).toThrow("doubled: a tensor [2] is being differentiated");
    const write = (x: Vec<2>): Vec<2> => {
      assign(x, zeros([2]));
      return mul(x, 1);
    };
    expect(() => vjp(checkpoint(write), weight)).toThrow(refusal);
    expect(() =>
      vjp(
        customVjp(write, (_, __, cotangent) => cotangent),
        weight,
      ),
    ).toThrow(refusal);
    expect(weight.toArray()).toEqual(start);
  });

  it("may overwrite what is not, which then cannot be read as if it were a constant", () => {
    const buffer = zeros([2]);
    const written = (read: (b: Vec<2>, x: Vec<2>) => Scalar) => () =>
      grad((x: Vec<2>) => {
        assign(buffer, mul(x, 3));
        return read(buffer, x);
      })(tensor(start, [2]));
    expect(written((b, x) => sum(mul(b, x)))).toThrow(stain("mul"));
    expect(written((b) => sum(b))).toThrow(stain("sum"));
    expect(written((b, x) => sum(mul(b.reshape([2]), x)))).toThrow(stain("reshape"));
    expect(written((b) => sum(checkpoint((v: Vec<2>) => mul(v, 2))(b)))).toThrow(stain("checkpoint"));
    const copy = zeros([2]);
    const through = written((b, x) => {
      assign(copy, b);
      return sum(mul(copy, x));
    });
    expect(through).toThrow(stain("mul"));
    expect(written((_, x) => sum(mul(x, 5)))().toArray()).toEqual([5, 5]);
    expect(buffer.toArray()).toEqual([3, 6]);
    expect(mul(buffer, 2).toArray()).toEqual([6, 12]);
  });

  it("may read it again, once it was overwritten whole by a constant", () => {
    const buffer = zeros([2]);
    const half = buffer.slice(0, 0, 1);
    const read =
      (last: (x: Vec<2>) => void): (() => Vec<2>) =>
      () =>
        grad((x: Vec<2>) => {
          assign(buffer, mul(x, 3));
          last(x);
          return sum(mul(buffer, x));
        })(tensor(start, [2]));
    expect(read(() => assign(buffer, tensor([5, 7], [2])))().toArray()).toEqual([5, 7]);
    expect(read(() => assign(half, ones([1])))).toThrow(stain("mul"));
    const within = customVjp(
      (v: Vec<2>) => {
        assign(buffer, mul(v, 1));
        return mul(v, 1);
      },
      (_, __, cotangent) => cotangent,
    );
    expect(read((x) => within(x))).toThrow(stain("mul"));
  });

  it("cannot be returned by way of what it overwrote", () => {
    const last = scalar(0);
    const returned = (x: Scalar): Scalar => {
      assign(last, mul(x, x));
      return last;
    };
    expect(() => grad(returned)(scalar(2))).toThrow("a tensor [] was overwritten by what is being differentiated");
    const weight = scalar(2);
    expect(() => valueAndGrad(() => returned(weight), [weight])).toThrow(
      "a tensor [] was overwritten by what is being differentiated",
    );
  });

  it("leaves running averages alone: of constants, or by stopGradient", () => {
    const average = zeros([2]);
    const track = (x: Vec<2>): void => assign(average, add(average, stopGradient(x)));
    const slope = grad((x: Vec<2>) => {
      track(x);
      track(x);
      return sum(mul(x, average));
    })(tensor(start, [2]));
    expect(slope.toArray()).toEqual([2, 4]);
  });
});

describe("a rule of a customVjp", () => {
  it("refuses what it reads, or gives, if that was overwritten since, as other rules do", () => {
    const slopes = tensor([3, 4], [2]);
    const pulled = (rule: (x: Vec<2>, y: Vec<2>, cotangent: Vec<2>) => Vec<2>) => {
      const [, pullBack] = vjp(
        customVjp((x: Vec<2>) => mul(x, 2), rule),
        ones([2]),
      );
      assign(slopes, zeros([2]));
      return () => pullBack(ones([2]));
    };
    const message = "customVjp: a tensor [2] was overwritten after the operation ran";
    expect(pulled((_, __, cotangent) => mul(cotangent, slopes))).toThrow(message);
    expect(pulled((_, __, cotangent) => mul(cotangent, slopes.reshape([2])))).toThrow(message);
    expect(pulled(() => slopes)).toThrow(message);
    expect(pulled((_, __, cotangent) => cotangent)().toArray()).toEqual([1, 1]);
  });

  it("may write to memory of its own", () => {
    const own = customVjp(
      (x: Vec<2>) => mul(x, 2),
      (_, __, cotangent) => {
        const room = zeros([2]);
        assign(room, mul(cotangent, 7));
        return mul(room, 1);
      },
    );
    const other = zeros([2]);
    const [, pullBack] = vjp(own, ones([2]));
    assign(other, ones([2]));
    expect(pullBack(ones([2])).toArray()).toEqual([7, 7]);
  });
});

describe("a gradient by valueAndGrad", () => {
  const { backend } = startEngine({ threads: 1, kernels: "plain" });

  it.each([backend, reference])("may be overwritten, also where a rule gave a tensor of somebody else", (kernels) => {
    const [slopes, weight] = [tensor([7, 8], [2]), tensor([1, 2], [2])];
    const rules = [() => slopes, (x: Vec<2>) => x, (_: Vec<2>, y: Vec<2>) => y.reshape([2])];
    for (const rule of rules)
      withBackend(kernels, () => {
        const { aux, grads } = valueAndGrad(() => {
          const y = customVjp((x: Vec<2>) => mul(x, 2), rule)(weight);
          return { loss: sum(y), y };
        }, [weight]);
        assign(grads[0], zeros([2]));
        expect([slopes, weight, aux.y].map((each) => each.toArray())).toEqual([
          [7, 8],
          [1, 2],
          [2, 4],
        ]);
      });
  });
});

describe("a result of grad, vjp and jvp", () => {
  it("may be overwritten, and nothing else changes", () => {
    const x = tensor([1, 2], [2]);
    const cotangent = tensor([3, 4], [2]);
    const [, pullBack] = vjp((v: Vec<2>) => v, x);
    const [, twice] = vjp(([a, b]: readonly [Vec<2>, Vec<2>]) => a.add(b), [x, x] as const);
    const summed = ([a, b]: readonly [Vec<2>, Vec<2>]): Scalar => sum(a.add(b));
    const results = [
      ...grad(summed)([x, x] as const),
      pullBack(cotangent),
      ...twice(cotangent),
      jvp((v: Vec<2>) => v, x, cotangent)[1],
    ];
    results.forEach((result, at) => {
      const others = [x, cotangent, ...results.toSpliced(at, 1)];
      const before = others.map((each) => each.toArray());
      assign(result, zeros([2]));
      expect(others.map((each) => each.toArray())).toEqual(before);
    });
  });
});

describe("a value that is a parameter, or a view of one", () => {
  const overwritten = (parameter: Tensor, value: Tensor): unknown => {
    const before = value.toArray();
    assign(parameter, mul(parameter, 10));
    expect(value.toArray()).toEqual(before);
    return before;
  };

  it("stays as it was when the parameter is overwritten", () => {
    const scale = keep(scalar(2));
    const { value, aux, grads } = valueAndGrad(() => scale, [scale]);
    expect(aux).toBe(value);
    expect([overwritten(scale, value), grads[0].item()]).toEqual([2, 1]);
    const single = tensor([3], [1]);
    const { value: view } = valueAndGrad(() => ({ loss: single.reshape([]) }), { single });
    expect(overwritten(single, view)).toBe(3);
    const x = tensor([1, 2], [2]);
    const [[same, flat], pullBack] = vjp((v: Vec<2>) => [v, v.reshape([2, 1])] as const, x);
    expect(pullBack([ones([2]), ones([2, 1])]).toArray()).toEqual([2, 2]);
    assign(x, tensor([8, 9], [2]));
    expect([same.toArray(), flat.toArray()]).toEqual([
      [1, 2],
      [[1], [2]],
    ]);
  });

  it("is still differentiated by a derivative around it", () => {
    const around = grad((x: Scalar) => mul(vjp((y: Scalar) => y, x)[0], x));
    expect(around(scalar(3)).item()).toBe(6);
  });
});
