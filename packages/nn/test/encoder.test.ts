import type { Tensor } from "@factorvae/tensor";
import { key, withBackend } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { type Case, checkCase } from "./cases.js";
import { EncoderLayer, scores } from "./encoder-example.js";
import { precisions, readFixtures } from "./fixtures.js";

interface Sizes {
  readonly width: number;
  readonly heads: number;
  readonly hidden: number;
}

const { cases } = readFixtures<{ readonly cases: readonly Case<Sizes>[] }>("encoder");

for (const { kernels, tolerance } of precisions)
  describe(`in ${kernels.name}, the encoder layer of the README agrees with PyTorch's to ${tolerance}`, () => {
    it.each(cases)("on $name", (stored) => {
      withBackend(kernels, () => {
        const { width, heads, hidden } = stored.options;
        const layer = new EncoderLayer<number>(width, heads, hidden, key(1));
        const run = (
          { x }: Readonly<Record<string, Tensor>>,
          { blocked, padding }: Readonly<Record<string, Tensor>>,
        ) => {
          const [rows, steps] = x.shape;
          const masks = {
            ...(blocked && { blocked: blocked.as([steps, steps]) }),
            ...(padding && { padding: padding.as([rows, steps]) }),
          };
          return { output: layer.forward(x.as([rows, steps, width]), masks) };
        };
        checkCase(stored, layer, run, tolerance);
      });
    });
  });

it("the encoder of the README scores every word for every place, the later ones unseen", () => {
  expect(scores.shape).toEqual([2, 3, 10]);
  const [[first, , last], [other, , otherLast]] = scores.toArray();
  // Both sentences start alike, and end alike after another word between.
  expect(other).toEqual(first);
  expect(otherLast).not.toEqual(last);
});
