import { gradcheck, valueAndGrad } from "@factorvae/autograd";
import {
  type Cube,
  indices,
  key,
  normal,
  reference,
  reshape,
  type Shape,
  ShapeError,
  type Tensor,
  tanh,
  transpose,
  withBackend,
  zeros,
} from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../tensor/test/runs.js";
import { BatchNorm } from "./layers/batch-norm.js";
import { Embedding } from "./layers/embedding.js";
import { LayerNorm } from "./layers/layer-norm.js";
import { Linear } from "./layers/linear.js";
import { type RowLayer, sequential } from "./layers/sequential.js";
import { parameters } from "./parameter.js";
import { rowsOf } from "./rows.js";

const layers: Readonly<Record<string, RowLayer>> = {
  Linear: new Linear<number, number>(3, 5, key(1)),
  LayerNorm: new LayerNorm<number>(3),
  BatchNorm: new BatchNorm<number>(3),
  "a chain": sequential<number, number>(new Linear<number, number>(3, 4, key(2)))
    .followedBy(tanh)
    .followedBy(new LayerNorm<number>(4))
    .followedBy(new Linear<number, number>(4, 2, key(3))),
};

const leads = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
const seed = fc.integer({ min: 0, max: 2 ** 31 });
const sizeOf = (lead: readonly number[]): number => lead.reduce((product, dim) => product * dim, 1);

describe.each(Object.entries(layers))("%s works along the last axis", (_, layer) => {
  it("to the same bits as on a matrix of the same rows, whatever axes lead, none or of no length", () => {
    fc.assert(
      fc.property(leads, seed, (lead, from) => {
        const x = normal(key(from), [...lead, 3]);
        const flat = layer.forward(reshape(x, [sizeOf(lead), 3]));
        const found = layer.forward(x);
        expect(found.shape).toEqual([...lead, flat.shape[1]]);
        expect(found.data).toEqual(flat.data);
      }),
      runs(60),
    );
  });

  it("to the same gradients as on a matrix of the same rows", () => {
    const [cube, flat] = [normal(key(1), [2, 4, 3]), normal(key(1), [8, 3])];
    const gradients = <Lead extends Shape>(x: Tensor<readonly [...Lead, number]>) => {
      const sources: readonly Tensor[] = [x, ...parameters(layer)];
      const { grads } = valueAndGrad(() => layer.forward(x).square().mean(), sources);
      return grads.map(({ data }) => data);
    };
    expect(gradients(cube)).toEqual(gradients(flat));
  });

  it("with the derivatives that differences give, of a view that is not contiguous", () => {
    const run = (x: Tensor): Tensor => layer.forward(transpose(reshape(x, [4, 2, 3]), [1, 0, 2]));
    gradcheck(run, [normal(key(4), [4, 2, 3])], { key: key(5) });
  });

  it("alike in the reference", () => {
    const x = normal(key(6), [2, 4, 3]);
    const found = layer.forward(x).data;
    withBackend(reference, () => layer.forward(x)).data.forEach((value, at) => {
      expect(value).toBeCloseTo(found[at], 5);
    });
  });

  it("and refuses what is no tensor", () => {
    // @ts-expect-error An array is none.
    expect(() => layer.forward([[1, 2, 3]])).toThrow(
      "x must be a tensor, not an array; tensor(values, shape) makes one",
    );
    // @ts-expect-error Nothing is none.
    expect(() => layer.forward()).toThrow("x must be a tensor, not undefined");
  });

  it("and refuses another width there", () => {
    for (const lead of [[], [3], [2, 3], [0]]) {
      const x = zeros([...lead, 4]);
      expect(() => layer.forward(x)).toThrow(ShapeError);
      expect(() => layer.forward(x)).toThrow(`x must be [..., 3], not [${x.shape.join(", ")}]`);
    }
  });
});

describe("the rows of a tensor", () => {
  it("are a view of it, a matrix itself", () => {
    const [matrix, cube] = [normal(key(1), [4, 3]), normal(key(1), [2, 4, 3])];
    expect(rowsOf("Linear", matrix, 3)).toBe(matrix);
    expect(rowsOf("Linear", cube, 3).storage).toBe(cube.storage);
  });
});

describe("batch statistics", () => {
  it("are those of all rows, whatever axes lead to them", () => {
    const norm = new BatchNorm<number>(3);
    const cube = normal(key(1), [2, 4, 3]);
    const [found, flat] = [norm.forwardBatch(cube), norm.forwardBatch(reshape(cube, [8, 3]))];
    expect(found.output.shape).toEqual([2, 4, 3]);
    expect(found.output.data).toEqual(flat.output.data);
    expect(found.statistics.rows).toBe(8);
    expect(found.statistics.variance.toArray()).toEqual(flat.statistics.variance.toArray());
  });
});

describe("an embedding", () => {
  it("has the row of each index, whatever the shape of the indices", () => {
    fc.assert(
      fc.property(leads, seed, (lead, from) => {
        const table = new Embedding<number>(7, 3, key(from), { padding: 2 });
        const rows = Array.from({ length: sizeOf(lead) }, (_, at) => (at * 5 + from) % 7);
        const found = table.forward(indices(rows).reshape(lead));
        expect(found.shape).toEqual([...lead, 3]);
        expect(found.data).toEqual(table.forward(rows).data);
      }),
      runs(60),
    );
  });

  it("goes on into layers, its gradient added up over all uses", () => {
    const [table, layer] = [new Embedding(4, 3, key(1)), new Linear(3, 2, key(2))];
    const tokens = indices([0, 1, 1, 3, 1, 0]).reshape([2, 3]);
    const y: Cube<2, 3, 2> = layer.forward(table.forward(tokens));
    expect(y.shape).toEqual([2, 3, 2]);
    const { grads } = valueAndGrad(() => table.forward(tokens).sum(), [table.weight]);
    expect(grads[0].toArray()).toEqual([2, 3, 0, 1].map((uses) => [uses, uses, uses]));
  });
});
