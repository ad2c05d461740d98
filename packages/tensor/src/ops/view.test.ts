import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  concatenate,
  expand,
  gather,
  indices,
  key,
  normal,
  ones,
  pad,
  reshape,
  type Shape,
  ShapeError,
  segmentRepeat,
  slice,
  split,
  stack,
  sum,
  sumTo,
  type Tensor,
  transpose,
  unstack,
  zeros,
} from "../index.js";

const dims = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 });
/** A tensor that is a view already: of some order of the axes. */
const tensors = fc
  .tuple(dims, fc.nat(1000), fc.boolean())
  .map(([shape, seed, turned]) => (turned ? turnedAround(normal(key(seed), shape)) : normal(key(seed), shape)));
const withAxis = tensors.chain((x) => fc.tuple(fc.constant(x), fc.nat(x.rank - 1)));

function turnedAround(x: Tensor): Tensor {
  return transpose(
    x,
    Array.from({ length: x.rank }, (_, axis) => x.rank - 1 - axis),
  );
}

const same = (got: Tensor, expected: Tensor): void => {
  expect(got.shape).toEqual(expected.shape);
  expect(got.toArray()).toEqual(expected.toArray());
};

describe("views undo each other", () => {
  it("reshape and back", () => {
    fc.assert(fc.property(tensors, (x) => same(reshape(reshape(x, [-1]), x.shape), x)));
  });

  it("transpose and the inverse order", () => {
    fc.assert(
      fc.property(tensors, fc.nat(23), (x, draw) => {
        const order = Array.from({ length: x.rank }, (_, axis) => axis);
        const moved = [...order.slice(draw % x.rank), ...order.slice(0, draw % x.rank)].reverse();
        const back = order.map((axis) => moved.indexOf(axis));
        same(transpose(transpose(x, moved), back), x);
      }),
    );
  });

  it("unstack and stack", () => {
    fc.assert(
      fc.property(withAxis, ([x, axis]) => {
        fc.pre(x.shape[axis] > 0);
        same(stack(unstack(x, axis), axis), x);
      }),
    );
  });

  it("split and concatenate", () => {
    fc.assert(
      fc.property(withAxis, fc.integer({ min: 1, max: 4 }), ([x, axis], parts) => {
        fc.pre(x.shape[axis] % parts === 0);
        same(concatenate(split(x, parts, axis), axis), x);
      }),
    );
  });

  it("two slices and concatenate", () => {
    fc.assert(
      fc.property(withAxis, fc.nat(4), ([x, axis], at) => {
        fc.pre(at <= x.shape[axis]);
        same(concatenate([slice(x, axis, 0, at), slice(x, axis, at, x.shape[axis])], axis), x);
      }),
    );
  });

  it("pad and slice", () => {
    fc.assert(
      fc.property(withAxis, fc.nat(3), fc.nat(3), ([x, axis], before, after) => {
        const length = x.shape[axis];
        const padded = pad(x, axis, before, before + length + after);
        same(slice(padded, axis, before, before + length), x);
        expect(sum(padded).item()).toBeCloseTo(sum(x).item(), 4);
      }),
    );
  });

  it("expand and sumTo, up to the number of copies", () => {
    fc.assert(
      fc.property(tensors, fc.integer({ min: 1, max: 3 }), (x, copies) => {
        const shape: Shape = [copies, ...x.shape];
        same(sumTo(expand(x, shape), x.shape), sum(expand(x, shape), 0));
        expect(sumTo(expand(zeros([1, 3]), [copies, 3]), [1, 3]).shape).toEqual([1, 3]);
      }),
    );
  });
});

describe("sumTo", () => {
  it("takes axes of length 1 for granted, and refuses what is no broadcast", () => {
    expect(sumTo(ones([1, 2, 3]), [2, 3]).shape).toEqual([2, 3]);
    expect(sumTo(ones([]), [1, 1]).shape).toEqual([1, 1]);
    for (const shape of [[3, 2], [6], [6, 1], [3], [4, 3, 2]])
      expect(() => sumTo(ones(shape), [2, 3])).toThrow("sumTo: [2, 3] does not broadcast to [");
  });
});

describe("views", () => {
  it("share the storage of what they show", () => {
    const x = normal(key(1), [4, 6]);
    const views = [transpose(x, [1, 0]), slice(x, 1, 2, 5), reshape(x, [3, 8]), expand(x, [2, 4, 6]), ...unstack(x, 0)];
    expect(views.every((view) => view.storage === x.storage)).toBe(true);
  });
});

describe("what does not fit is refused", () => {
  const x = zeros([2, 3]);
  it.each([
    ["reshape", () => reshape(x, [4]), "[2, 3] has 6 elements, [4] has 4"],
    ["reshape", () => reshape(x, [4, -1]), "the -1 of [4, -1] cannot be told from [2, 3]"],
    ["reshape", () => reshape(x, [-1, -1]), "the -1 of [-1, -1] cannot be told from [2, 3]"],
    ["reshape", () => reshape(x, [-2, -3]), "dimensions are whole numbers of at least 0, not -2 in [-2, -3]"],
    ["transpose", () => Reflect.apply(transpose, undefined, [x, [0, 0]]), "[0,0] is no order of the axes of [2, 3]"],
    ["expand", () => expand(x, [2, 4]), "shapes do not broadcast: [2, 3] and [2, 4]"],
    ["expand", () => expand(x, [3]), "[2, 3] does not broadcast to [3]"],
    ["slice", () => slice(x, 1, 2, 4), "2 to 4 does not lie in axis 1 of [2, 3]"],
    ["slice", () => slice(x, 0, 0, 0.5), "0 to 0.5 does not lie in axis 0 of [2, 3]"],
    ["slice", () => slice(x, x.rank as number, 0, 1), "axis 2 is out of range for a tensor of rank 2"],
    ["pad", () => pad(x, 1, 2, 4), "axis 1 of [2, 3] does not fit in 4 from 2 on"],
    ["pad", () => pad(x, 1, 0.5, 9), "axis 1 of [2, 3] does not fit in 9 from 0.5 on"],
    ["concatenate", () => concatenate([], 0), "at least one tensor is needed"],
    [
      "concatenate",
      () => concatenate<Shape, 0>([x, zeros([2, 2])], 0),
      "shapes must agree but for axis 0: [2, 3], [2, 2]",
    ],
    ["stack", () => stack<Shape>([x, zeros([3])]), "shapes must be equal: [2, 3], [3]"],
    ["split", () => split(x, 2, 1), "axis 1 of [2, 3] has no 2 equal parts"],
  ])("%s: %#", (operation, run, rule) => {
    expect(run).toThrow(ShapeError);
    expect(run).toThrow(`${operation}: ${rule}`);
  });
});

describe("indices that are moved", () => {
  /** More than float32 tells from its neighbours. */
  const large = 16_777_217;
  const row = reshape(indices([large, 1, 2, 3]), [2, 2]);

  it("stay indices, to the last digit", () => {
    const moved: Record<string, Tensor> = {
      reshape: reshape(transpose(row, [1, 0]), [4]),
      concatenate: concatenate([row, row], 0),
      stack: stack([row, row]),
      pad: pad(row, 0, 0, 3),
      gather: gather(row, [0, 0], 0),
      segmentRepeat: segmentRepeat(row, [1, 2]),
      slice: slice(row, 0, 0, 1),
    };
    for (const [operation, x] of Object.entries(moved))
      expect([operation, x.dtype, x.data[0]]).toEqual([operation, "int32", large]);
    expect(moved.reshape.toArray()).toEqual([large, 2, 1, 3]);
  });

  it("do not mix with numbers", () => {
    expect(() => concatenate([row, zeros([2, 2])], 0)).toThrow(
      "concatenate: indices and floating-point numbers do not mix",
    );
    expect(() => stack<Shape>([row, zeros([2, 2])])).toThrow("stack: indices and floating-point numbers do not mix");
  });
});
