import { assign, type Key, key, type Mat, reference64, tensor, valueAndGrad, withBackend } from "@factorvae/autograd";
import { parameters, stateDict } from "@factorvae/nn";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dim, type Factors, type Hidden, type Stocks } from "../dims.js";
import {
  anyDays,
  anyKey,
  anySizes,
  largestDifference,
  positionsOf,
  rowsOf,
  sampleEmbedding,
  total,
  weighed,
} from "./model.samples.js";
import { Predictor } from "./predictor.js";

const predictorOf = (
  { hidden, factors }: { readonly hidden: number; readonly factors: number },
  from: Key,
): Predictor => new Predictor(dim<Hidden>(hidden), dim<Factors>(factors), 1e-3, 0.01, from);

/** The cosine of each stock's key and each head's query, `[N][K]`, as the paper writes it; 0 where one has no length. */
function cosines(predictor: Predictor, embedding: Mat<Stocks, Hidden>): number[][] {
  const [queries, keys] = [predictor.query.toArray(), predictor.key.toArray()];
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, at) => sum + x * b[at], 0);
  return embedding.toArray().map((stock) =>
    queries.map((query, head) => {
      const own = keys[head].map((row) => dot(row, stock));
      const lengths = Math.sqrt(dot(query, query) * dot(own, own));
      return lengths > 0 ? dot(query, own) / lengths : 0;
    }),
  );
}

/** A predictor of one head whose keys are the embeddings themselves, so that a test can place the cosines by hand. */
function looking(query: readonly number[]): Predictor {
  const width = query.length;
  const predictor = predictorOf({ hidden: width, factors: 1 }, key(5));
  const identity = query.flatMap((_, row) => query.map((_unused, column) => (row === column ? 1 : 0)));
  assign(predictor.query, tensor(query, predictor.query.shape));
  assign(predictor.key, tensor(identity, predictor.key.shape));
  return predictor;
}

const stocks = (rows: readonly (readonly number[])[]): Mat<Stocks, Hidden> =>
  tensor(rows.flat(), [dim<Stocks>(rows.length), dim<Hidden>(rows[0].length)]);

/** What the predictor makes of some stocks, with the gradients of a random weighting of the prior. */
function priorAndGradients(predictor: Predictor, embedding: Mat<Stocks, Hidden>, days: readonly number[]) {
  const sources = [...parameters(predictor), embedding];
  const { aux, grads } = valueAndGrad(() => {
    const prior = predictor.forward(embedding, days);
    return { loss: weighed(key(1), prior.mean, prior.std), prior };
  }, sources);
  return {
    prior: aux.prior,
    gradients: Object.fromEntries(
      [...Object.keys(stateDict(predictor)), "embedding"].map((name, at) => [name, Array.from(grads[at].data)]),
    ),
  };
}

describe("Predictor's attention", () => {
  it("is each positive cosine's share in its day's, exactly 0 at a cosine of 0 or below (trap 1)", () => {
    fc.assert(
      fc.property(anyKey, anySizes, anyDays, (from, sizes, days) => {
        withBackend(reference64, () => {
          const predictor = predictorOf(sizes, from);
          const embedding = sampleEmbedding(from, total(days), sizes.hidden);
          const attention = predictor.forward(embedding, days).attention.toArray();
          const scores = cosines(predictor, embedding).map((row) => row.map((cosine) => Math.max(0, cosine)));
          for (const rows of positionsOf(days))
            for (let head = 0; head < sizes.factors; head++) {
              const sum = rows.reduce((whole, row) => whole + scores[row][head], 0);
              for (const row of rows) {
                const expected = sum > 0 ? scores[row][head] / sum : 1 / rows.length;
                expect(Math.abs(attention[row][head] - expected)).toBeLessThan(1e-12);
                if (sum > 0 && scores[row][head] === 0) expect(attention[row][head]).toBe(0);
              }
            }
        });
      }),
    );
  });

  it("adds up to 1 over each day's stocks, in every head (trap 1)", () => {
    fc.assert(
      fc.property(anyKey, anySizes, anyDays, (from, sizes, days) => {
        const { attention } = predictorOf(sizes, from).forward(sampleEmbedding(from, total(days), sizes.hidden), days);
        for (const rows of positionsOf(days))
          for (const sum of rowsOf(attention, rows).sum(0).data) expect(Math.abs(sum - 1)).toBeLessThan(1e-6);
      }),
    );
  });

  it("does not change when a query, all keys or one stock's keys are scaled by c > 0 (trap 1)", () => {
    const anyScale = fc.integer({ min: -20, max: 20 }).map((exponent) => 2 ** exponent);
    fc.assert(
      fc.property(anyKey, anySizes, anyDays, anyScale, (from, sizes, days, scale) => {
        const predictor = predictorOf(sizes, from);
        const embedding = sampleEmbedding(from, total(days), sizes.hidden);
        const { data } = predictor.attend(embedding, days).attention;
        const firstScaled = tensor(
          Array.from(embedding.data, (value, at) => (at < sizes.hidden ? scale * value : value)),
          embedding.shape,
        );
        // Powers of two change no digit, so that the law holds to the bit.
        expect(predictor.attend(firstScaled, days).attention.data).toEqual(data);
        assign(predictor.query, predictor.query.mul(scale));
        expect(predictor.attend(embedding, days).attention.data).toEqual(data);
        assign(predictor.key, predictor.key.mul(scale));
        expect(predictor.attend(embedding, days).attention.data).toEqual(data);
      }),
    );
  });

  it("gives exactly nothing to a key at a right angle or beyond (trap 1)", () => {
    const { attention, deadHeads } = looking([1, 0]).attend(
      stocks([
        [3, 4],
        [0, 2],
        [-1, 5],
        [6, 0],
      ]),
      [4],
    );
    const [oblique, right, beyond, along] = attention.data;
    expect([right, beyond, deadHeads]).toEqual([0, 0, 0]);
    expect(oblique).toBeCloseTo(0.6 / 1.6, 6);
    expect(along).toBeCloseTo(1 / 1.6, 6);
  });

  it("is uniform over its own day in a head that finds no stock, and counts it", () => {
    const embedding = stocks([
      [1, 1],
      [-1, 2],
      [-3, 1],
      [-1, -1],
    ]);
    const { attention, deadHeads } = looking([1, 0]).attend(embedding, [1, 3]);
    expect(deadHeads).toBe(1);
    expect(attention.data).toEqual(new Float32Array([1, 1 / 3, 1 / 3, 1 / 3]));
  });

  it("takes the cosine for 0 where the query or a key has no length", () => {
    const attend = (query: readonly number[], rows: readonly (readonly number[])[]) =>
      looking(query).attend(stocks(rows), [rows.length]);
    expect(
      attend(
        [1, 0],
        [
          [0, 0],
          [1, 0],
        ],
      ).attention.data,
    ).toEqual(new Float32Array([0, 1]));
    expect(
      attend(
        [0, 0],
        [
          [1, 0],
          [1, 0],
        ],
      ),
    ).toMatchObject({ deadHeads: 1 });
    expect(
      attend(
        [0, 0],
        [
          [1, 0],
          [1, 0],
        ],
      ).attention.data,
    ).toEqual(new Float32Array([0.5, 0.5]));
    expect(
      attend(
        [1, 0],
        [
          [0, 0],
          [0, 0],
        ],
      ).attention.data,
    ).toEqual(new Float32Array([0.5, 0.5]));
  });
});

describe("Predictor", () => {
  it("has finite gradients where heads are dead, none of them for the query and the keys", () => {
    const cases: readonly [string, readonly number[], readonly (readonly number[])[]][] = [
      [
        "no positive cosine",
        [1, 0],
        [
          [-1, 2],
          [-3, 1],
        ],
      ],
      [
        "a query without length",
        [0, 0],
        [
          [1, 2],
          [3, -1],
        ],
      ],
      [
        "keys without length",
        [1, 0],
        [
          [0, 0],
          [0, 0],
        ],
      ],
    ];
    for (const [name, query, rows] of cases) {
      const { prior, gradients } = priorAndGradients(looking(query), stocks(rows), [rows.length]);
      expect(prior.deadHeads, name).toBe(1);
      for (const gradient of Object.values(gradients)) expect(gradient.every(Number.isFinite), name).toBe(true);
      expect(gradients.query, name).toEqual([0, 0]);
      expect(gradients.key.map(Math.abs), name).toEqual([0, 0, 0, 0]);
    }
  });

  it("has finite gradients where one stock's key has no length and another's has", () => {
    const { prior, gradients } = priorAndGradients(
      looking([1, 0]),
      stocks([
        [0, 0],
        [1, 1],
      ]),
      [2],
    );
    expect(prior.deadHeads).toBe(0);
    for (const gradient of Object.values(gradients)) expect(gradient.every(Number.isFinite)).toBe(true);
    expect(gradients.embedding.some((value) => value !== 0)).toBe(true);
  });

  it("predicts the same factors from the stocks in another order (trap 2)", () => {
    fc.assert(
      fc.property(anyKey, anySizes, fc.integer({ min: 1, max: 9 }), (from, sizes, rows) => {
        withBackend(reference64, () => {
          const predictor = predictorOf(sizes, from);
          const embedding = sampleEmbedding(from, rows, sizes.hidden);
          const turned = Array.from({ length: rows }, (_, row) => rows - 1 - row);
          const straight = predictor.forward(embedding, [rows]);
          const reversed = predictor.forward(rowsOf(embedding, turned), [rows]);
          expect(largestDifference(reversed.mean, straight.mean)).toBeLessThanOrEqual(1e-12);
          expect(largestDifference(reversed.std, straight.std)).toBeLessThanOrEqual(1e-12);
          expect(largestDifference(rowsOf(reversed.attention, turned), straight.attention)).toBeLessThanOrEqual(1e-12);
        });
      }),
    );
  });

  it("gives several days in one batch, to the bit, the prior that each has alone (trap 2)", () => {
    fc.assert(
      fc.property(anyKey, anySizes, anyDays, (from, sizes, days) => {
        const predictor = predictorOf(sizes, from);
        const embedding = sampleEmbedding(from, total(days), sizes.hidden);
        const together = predictor.forward(embedding, days);
        const alone = positionsOf(days).map((rows) => predictor.forward(rowsOf(embedding, rows), [rows.length]));
        alone.forEach(({ mean, std }, day) => {
          expect(mean.data).toEqual(rowsOf(together.mean, [day]).data);
          expect(std.data).toEqual(rowsOf(together.std, [day]).data);
        });
        expect(together.deadHeads).toBe(total(alone.map(({ deadHeads }) => deadHeads)));
      }),
    );
  });
});
