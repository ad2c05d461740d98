import { assign, mul, ones, scalar, sum, type Tensor, tensor, zeros } from "@factorvae/tensor";
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
    const tape = new Tape([x, y]);
    const square = tape.record(() => mul(x, x));
    const by = (output: Tensor) => tape.pullBack([output], [ones([])], [x, y]).map((gradient) => gradient?.item());
    expect(by(square)).toEqual([6, undefined]);
    expect(by(y)).toEqual([undefined, 1]);
    expect(by(scalar(1))).toEqual([undefined, undefined]);
  });

  it("may be pulled back more than once", () => {
    const x = scalar(3);
    const tape = new Tape([x]);
    const y = tape.record(() => mul(x, x));
    const pull = () => tape.pullBack([y], [ones([])], [x])[0]?.item();
    expect([pull(), pull()]).toEqual([6, 6]);
  });
});
