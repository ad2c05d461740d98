import {
  add,
  apply,
  assign,
  formatShape,
  mul,
  type Op,
  ones,
  scalar,
  scope,
  startEngine,
  sum,
  type Tensor,
  tanh,
  tensor,
  withBackend,
  zeros,
} from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { Tape } from "./tape.js";

describe("a tape", () => {
  it("refuses to differentiate what was overwritten since, and says which operation needs it", () => {
    const weight = tensor([1, 2], [2]);
    const tape = new Tape([weight]);
    const loss = tape.record(() => sum(mul(weight, weight)));
    assign(weight, zeros([2]));
    expect(() => tape.pullBack([loss], [ones([])], [weight])).toThrow(
      "mul: a tensor [2] was overwritten after the operation ran; take gradients before the optimizer's step",
    );
  });

  it("does not mind writes from before, nor to tensors that it does not need", () => {
    const [weight, other] = [tensor([1, 2], [2]), zeros([2])];
    assign(weight, tensor([3, 4], [2]));
    const tape = new Tape([weight]);
    const loss = tape.record(() => sum(mul(weight, weight)));
    assign(other, ones([2]));
    expect(tape.pullBack([loss], [ones([])], [weight])[0]?.toArray()).toEqual([6, 8]);
  });

  it("takes a source twice, and gives it its gradient at both places", () => {
    const [x, y] = [scalar(3), scalar(5)];
    const tape = new Tape([x, x, y]);
    const product = tape.record(() => mul(mul(x, y), 2));
    const pulled = tape.pullBack([product], [ones([])], [x, y, x]);
    expect(pulled.map((gradient) => gradient?.item())).toEqual([10, 6, 10]);
  });

  it("gives nothing by a source without influence, nor for a result that it does not follow", () => {
    const [x, y] = [scalar(3), scalar(5)];
    const tape = new Tape([x, y], true);
    const square = tape.record(() => mul(x, x));
    const by = (output: Tensor) => tape.pullBack([output], [ones([])], [x, y]).map((gradient) => gradient?.item());
    expect(by(square)).toEqual([6, undefined]);
    expect(by(y)).toEqual([undefined, 1]);
    expect(by(scalar(1))).toEqual([undefined, undefined]);
  });

  it("names the operation whose rule gave another shape, and refuses cotangents of another", () => {
    for (const shape of [[3, 2], [6], [6, 1], [3]]) {
      const mine: Op<undefined> = {
        name: "mine",
        shape: ([from]) => [from],
        vjp: () => [ones(shape)],
        plain: ([x]) => [mul(x, 2)],
      };
      const x = ones([2, 3]);
      const tape = new Tape([x], true);
      const [y] = tape.record(() => apply(mine, [x], undefined));
      expect(() => tape.pullBack([y], [ones([2, 3])], [x])).toThrow(
        `mine: its rule gave ${formatShape(shape)} for input 0, which is [2, 3]`,
      );
      expect(() => tape.pullBack([y], [ones(shape)], [x])).toThrow(
        `pullBack: cotangent 0 is ${formatShape(shape)}, and its output [2, 3]`,
      );
      expect(() => tape.pullBack([y], [], [x])).toThrow("pullBack: 1 outputs need as many cotangents, not 0");
    }
  });

  it("leaves its caller's cotangents alone", () => {
    const { backend } = startEngine({ threads: 1, kernels: "plain" });
    withBackend(backend, () =>
      scope(() => {
        const x = tensor([0, 0], [2]);
        const tape = new Tape([x], true);
        const y = tape.record(() => tanh(add(x, 0)));
        const cotangent = ones([2]).mul(2);
        const pull = () => tape.pullBack([y], [cotangent], [x])[0]?.toArray();
        expect([pull(), pull(), cotangent.toArray()]).toEqual([
          [2, 2],
          [2, 2],
          [2, 2],
        ]);
      }),
    );
  });

  it("may be pulled back more than once, if it is told so", () => {
    const x = scalar(3);
    const once = new Tape([x]);
    const square = once.record(() => mul(x, x));
    once.pullBack([square], [ones([])], [x]);
    expect(() => once.pullBack([square], [ones([])], [x])).toThrow(
      "pullBack: the tape has let go of what it held; make it new Tape(sources, true)",
    );
    const tape = new Tape([x], true);
    const y = tape.record(() => mul(x, x));
    const pull = () => tape.pullBack([y], [ones([])], [x])[0]?.item();
    expect([pull(), pull()]).toEqual([6, 6]);
  });
});
