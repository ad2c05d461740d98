import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { at, type Naive } from "../test/naive.js";
import {
  broadcast,
  collapse,
  contiguous,
  diagonalOf,
  isContiguous,
  type Layout,
  narrow,
  permute,
  reshaped,
  reversed,
  select,
} from "./layout.js";
import { sizeOf } from "./shape.js";
import { eachRow } from "./strided.js";

/** The places in storage that a layout visits, in row-major order. */
function places(layout: Layout): number[] {
  const visit = (axis: number, place: number): number[] =>
    axis === layout.shape.length
      ? [place]
      : Array.from({ length: layout.shape[axis] }, (_, index) =>
          visit(axis + 1, place + index * layout.strides[axis]),
        ).flat();
  return visit(0, layout.offset);
}

const dims = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

/** Layouts as views make them: an order of the axes of a contiguous tensor, narrowed, turned, and some axes broadcast. */
const layout = fc.tuple(dims, fc.nat(50), fc.infiniteStream(fc.nat(100))).map(([shape, offset, stream]) => {
  const draw = (below: number): number => (below <= 0 ? 0 : stream.next().value % below);
  const order = shape.map((_, axis) => axis);
  for (let axis = order.length - 1; axis > 0; axis--) {
    const other = draw(axis + 1);
    [order[axis], order[other]] = [order[other], order[axis]];
  }
  let view = permute(contiguous(shape, offset), order);
  view.shape.forEach((dim, axis) => {
    const start = draw(dim + 1);
    view = draw(3) === 0 ? narrow(view, axis, start, start + draw(dim - start + 1)) : view;
    view = draw(4) === 0 ? reversed(view, axis) : view;
  });
  const ones = view.shape.map((dim) => (draw(4) === 0 && dim > 0 ? 1 : dim));
  const single = { ...view, shape: ones };
  return draw(2) === 0
    ? broadcast(
        single,
        ones.map((dim) => (dim === 1 ? 1 + draw(3) : dim)),
      )
    : view;
});

const naiveOf = (view: Layout): Naive => ({ shape: view.shape, data: places(view) });

describe("layouts", () => {
  it("of a fresh tensor visit its storage from front to back", () => {
    fc.assert(
      fc.property(dims, (shape) => {
        expect(places(contiguous(shape))).toEqual(Array.from({ length: sizeOf(shape) }, (_, place) => place));
        expect(isContiguous(contiguous(shape))).toBe(true);
      }),
    );
  });

  it("are contiguous only if they visit places one behind the other", () => {
    fc.assert(
      fc.property(layout, (view) => {
        const visited = places(view);
        if (visited.length === 0) return;
        expect(isContiguous(view)).toBe(visited.every((place, index) => place === view.offset + index));
      }),
    );
  });

  it("visit the same places in the same order when collapsed, in no more loops", () => {
    fc.assert(
      fc.property(layout, (view) => {
        expect(places(collapse(view))).toEqual(places(view));
        expect(collapse(view).shape.length).toBeLessThanOrEqual(view.shape.length);
      }),
    );
  });

  it("are walked by rows in row-major order", () => {
    fc.assert(
      fc.property(layout, (view) => {
        const visited: number[] = [];
        eachRow(view, (place, step, length, index) => {
          expect(index).toBe(visited.length);
          for (let i = 0; i < length; i++) visited.push(place + i * step);
        });
        expect(visited).toEqual(places(view));
      }),
    );
  });

  it("of a part hold the elements of the part", () => {
    fc.assert(
      fc.property(layout, fc.nat(), (view, draw) => {
        const axis = view.shape.findIndex((dim) => dim > 0);
        if (axis < 0) return;
        const index = draw % view.shape[axis];
        const whole = naiveOf(view);
        const part = select(view, axis, index);
        const without = (full: readonly number[]): number[] => full.filter((_, other) => other !== axis);
        expect(part.shape).toEqual(without(view.shape));
        expect(places(part)).toEqual(places(narrow(view, axis, index, index + 1)));
        if (whole.data.length > 0) {
          const corner = view.shape.map((_, other) => (other === axis ? index : 0));
          expect(at(naiveOf(part), without(corner))).toBe(at(whole, corner));
        }
      }),
    );
  });

  it("with an axis turned visit the same places from its end to its start", () => {
    fc.assert(
      fc.property(layout, fc.nat(), (view, draw) => {
        if (view.shape.length === 0) return;
        const axis = draw % view.shape.length;
        const length = view.shape[axis];
        const turned = reversed(view, axis);
        expect(turned.shape).toEqual(view.shape);
        for (let index = 0; index < length; index++)
          expect(places(select(turned, axis, index))).toEqual(places(select(view, axis, length - 1 - index)));
        expect(places(reversed(turned, axis))).toEqual(places(view));
      }),
    );
  });

  it("of a diagonal visit places of equal distance to the right and down", () => {
    fc.assert(
      fc.property(layout, fc.nat(3), fc.nat(3), fc.nat(3), (view, row, column, wanted) => {
        if (view.shape.length < 2) return;
        const [rows, columns] = view.shape.slice(-2);
        const count = Math.max(0, Math.min(wanted, rows - row, columns - column));
        const through = diagonalOf(view, row, column, count);
        const [outer, inner] = [view.shape.length - 2, view.shape.length - 1];
        for (let index = 0; index < count; index++)
          expect(places(select(through, outer, index))).toEqual(
            places(select(select(view, inner, column + index), outer, row + index)),
          );
        expect(through.shape).toEqual([...view.shape.slice(0, -2), count]);
      }),
    );
  });

  it("in another shape visit the same places, or are left to a copy", () => {
    const split = (dim: number, by: number): number[] => (by > 0 && dim % by === 0 ? [by, dim / by] : [dim]);
    fc.assert(
      fc.property(
        layout,
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 4, maxLength: 4 }),
        fc.boolean(),
        (view, by, flat) => {
          const shape = flat ? [sizeOf(view.shape)] : view.shape.flatMap((dim, axis) => split(dim, by[axis]));
          const other = reshaped(view, shape);
          if (!flat) expect(other).toBeDefined();
          if (!other) return;
          expect(other.shape).toEqual(shape);
          expect(places(other)).toEqual(places(view));
        },
      ),
    );
  });

  it("of a transposed matrix have no view as one axis", () => {
    expect(reshaped(permute(contiguous([3, 4]), [1, 0]), [12])).toBeUndefined();
  });
});
