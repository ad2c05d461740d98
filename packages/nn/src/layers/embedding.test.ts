import { gradcheck, valueAndGrad } from "@factorvae/autograd";
import { assign, indices, key, sum, type Tensor, tensor } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import { Embedding } from "./embedding.js";

const count = fc.integer({ min: 1, max: 6 });
const seed = fc.integer({ min: 0, max: 2 ** 31 });
const picks = count.chain((things) =>
  fc.tuple(fc.constant(things), fc.array(fc.integer({ min: 0, max: things - 1 }), { minLength: 1, maxLength: 12 })),
);

describe("Embedding", () => {
  it("has a row for each index, in their order, whether they come as numbers or as a tensor", () => {
    fc.assert(
      fc.property(picks, seed, ([things, rows], from) => {
        const table = new Embedding(things, 3, key(from));
        const expected = rows.map((row) => table.weight.toArray()[row]);
        expect(table.forward(rows).toArray()).toEqual(expected);
        expect(table.forward(Int32Array.from(rows)).toArray()).toEqual(expected);
        expect(table.forward(indices(rows)).toArray()).toEqual(expected);
      }),
    );
  });

  it("adds up the gradient of a row over its uses; a row without any has none", () => {
    fc.assert(
      fc.property(picks, ([things, rows]) => {
        const table = new Embedding(things, 2, key(1));
        const { grads } = valueAndGrad(() => sum(table.forward(rows)), [table.weight]);
        const uses = Array.from({ length: things }, (_, thing) => rows.filter((row) => row === thing).length);
        expect(grads[0].toArray()).toEqual(uses.map((times) => [times, times]));
      }),
    );
  });

  it("has the derivatives that differences give, first and second", () => {
    fc.assert(
      fc.property(picks, seed, ([things, rows], from) => {
        const table = new Embedding(things, 2, key(from));
        const { weight } = table;
        const run = (moved: Tensor): Tensor => Object.assign(table, { weight: moved }).forward(rows).square();
        gradcheck(run, [weight], { key: key(from + 1) });
      }),
      runs(20),
    );
  });

  it("with padding starts its row at 0, and passes it no gradient, whatever it holds", () => {
    fc.assert(
      fc.property(picks, seed, ([things, rows], from) => {
        const padding = from % things;
        const table = new Embedding(things, 2, key(from), { padding });
        const plain = new Embedding(things, 2, key(from));
        expect(table.weight.toArray()).toEqual(
          plain.weight.toArray().map((row, at) => (at === padding ? [0, 0] : row)),
        );
        assign(table.weight, plain.weight);
        expect(table.forward(rows).toArray()).toEqual(plain.forward(rows).toArray());
        expect(table.forward(indices(rows)).toArray()).toEqual(plain.forward(rows).toArray());
        const [found, whole] = [table, plain].map((layer) => {
          const { grads } = valueAndGrad(() => sum(layer.forward(rows).square()), [layer.weight]);
          return grads[0].as([things, 2]).toArray();
        });
        expect(found).toEqual(whole.map((row, at) => (at === padding ? [0, 0] : row)));
      }),
    );
  });

  it("refuses an index that it has no row for, and indices that are no indices", () => {
    const table = new Embedding(3, 2, key(1));
    for (const rows of [[0, 3], indices([0, 3])])
      expect(() => table.forward(rows)).toThrow(
        new RangeError("Embedding: index 3 at position 1 is none of a table of 3 rows"),
      );
    expect(() => table.forward(tensor([0, 1]))).toThrow("Embedding: indices are needed (see indices()), not float32");
    // @ts-expect-error A number is no list.
    expect(() => table.forward(2)).toThrow(new TypeError("Embedding: an array of whole numbers is needed, not 2"));
    expect(() => table.forward([-1])).toThrow(RangeError);
    expect(() => table.forward([0.5])).toThrow(RangeError);
    expect(() => table.forward(tensor([0, 1]))).toThrow(TypeError);
  });

  it("refuses sizes that are no sizes", () => {
    expect(() => new Embedding(0, 2, key(1))).toThrow("Embedding: count must be a whole number of at least 1, not 0");
    expect(() => new Embedding(2, 3, key(1), { padding: 2 })).toThrow(
      "Embedding: padding must be an index below 2, not 2",
    );
    expect(() => new Embedding(2, 3, key(1), { padding: -1 })).toThrow("padding must be an index below 2, not -1");
    expect(() => new Embedding(2, -1, key(1))).toThrow("Embedding: width must be a whole number of at least 1, not -1");
  });
});
