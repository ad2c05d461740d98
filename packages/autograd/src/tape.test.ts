import { assign, mul, ones, scalar, sum, tensor, zeros } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { Tape } from "./tape.js";

describe("a tape", () => {
  it("refuses to differentiate what was overwritten since, and says which operation needs it", () => {
    const weight = tensor([1, 2], [2]);
    const tape = new Tape([weight]);
    const loss = tape.record(() => sum(mul(weight, weight)));
    assign(weight, zeros([2]));
    expect(() => tape.pullBack(loss, ones([]), [weight])).toThrow(
      "mul: a tensor [2] was overwritten after the operation ran; take gradients before the optimizer's step",
    );
  });

  it("does not mind writes from before, nor to tensors that it does not need", () => {
    const [weight, other] = [tensor([1, 2], [2]), zeros([2])];
    assign(weight, tensor([3, 4], [2]));
    const tape = new Tape([weight]);
    const loss = tape.record(() => sum(mul(weight, weight)));
    assign(other, ones([2]));
    expect(tape.pullBack(loss, ones([]), [weight])[0]?.toArray()).toEqual([6, 8]);
  });

  it("may be pulled back more than once", () => {
    const x = scalar(3);
    const tape = new Tape([x]);
    const y = tape.record(() => mul(x, x));
    const pull = () => tape.pullBack(y, ones([]), [x])[0]?.item();
    expect([pull(), pull()]).toEqual([6, 6]);
  });
});
