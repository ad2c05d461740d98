import { key, type Tensor, withBackend } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { CosineAttention, MultiHeadAttention } from "../src/index.js";
import { type Case, checkCase } from "./cases.js";
import { precisions, readFixtures } from "./fixtures.js";

interface CosineOptions {
  readonly heads: number;
  readonly width: number;
  readonly groups: readonly number[];
  readonly deadHeads: number;
}

const { multiHead, cosine } = readFixtures<{
  readonly multiHead: readonly Case<{ readonly width: number; readonly heads: number }>[];
  readonly cosine: readonly Case<CosineOptions>[];
}>("attention");

const cube = (x: Tensor) => x.as([x.shape[0], x.shape[1], x.shape[2]]);
const matrix = (x: Tensor) => x.as([x.shape[0], x.shape[1]]);

for (const { kernels, tolerance } of precisions)
  describe(`in ${kernels.name}, values and gradients of attention agree with PyTorch to ${tolerance}`, () => {
    it.each(multiHead)("of many heads: $name", (stored) => {
      withBackend(kernels, () => {
        const attention = new MultiHeadAttention<number>(stored.options.width, stored.options.heads, key(0));
        checkCase(
          stored,
          attention,
          ({ query, key, value, bias }, { blocked, padding }) => ({
            ...attention.forward(cube(query), cube(key), cube(value), {
              ...(bias && { bias: matrix(bias) }),
              ...(blocked && { blocked: matrix(blocked) }),
              ...(padding && { padding: matrix(padding) }),
            }),
          }),
          tolerance,
        );
      });
    });

    it.each(cosine)("by cosine: $name", (stored) => {
      withBackend(kernels, () => {
        const { heads, width, groups, deadHeads } = stored.options;
        const attention = new CosineAttention<number, number>(heads, width, key(0));
        checkCase(
          stored,
          attention,
          ({ x }) => {
            const { output, weights, deadHeads: dead } = attention.forward(matrix(x), groups);
            expect(dead).toBe(deadHeads);
            return { output, weights };
          },
          tolerance,
        );
      });
    });
  });
