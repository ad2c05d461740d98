import { indices, key, leakyRelu, type Tensor, tanh, withBackend } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import {
  BatchNorm,
  Embedding,
  GRU,
  LayerNorm,
  Linear,
  LSTM,
  MultiHeadAttention,
  sequential,
  toPyTorch,
} from "../src/index.js";
import { type Case, checkCase } from "./cases.js";
import { precisions, readFixtures } from "./fixtures.js";

interface BatchNormOptions {
  readonly width: number;
  readonly epsilon: number;
  readonly momentum: number;
  readonly batches: number;
}

const {
  embedding,
  batchNorm,
  sequential: chains,
  names,
} = readFixtures<{
  readonly embedding: readonly Case<{
    readonly count: number;
    readonly width: number;
    readonly indices: readonly number[];
    readonly padding?: number;
  }>[];
  readonly batchNorm: readonly Case<BatchNormOptions>[];
  readonly sequential: readonly Case<object>[];
  readonly names: Readonly<Record<string, readonly string[]>>;
}>("further-layers");

const matrix = (x: Tensor) => x.as([x.shape[0], x.shape[1]]);

for (const { kernels, tolerance } of precisions)
  describe(`in ${kernels.name}, values and gradients agree with PyTorch to ${tolerance}`, () => {
    it.each(embedding)("of an embedding with $name", (stored) => {
      withBackend(kernels, () => {
        const { count, width, indices: rows, ...options } = stored.options;
        const table = new Embedding<number>(count, width, key(0), options);
        const given = indices(rows).reshape(stored.outputs.output.shape.slice(0, -1));
        checkCase(stored, table, () => ({ output: table.forward(given) }), tolerance);
      });
    });

    it.each(batchNorm)("of batch normalisation with $name", (stored) => {
      withBackend(kernels, () => {
        const { width, batches, ...options } = stored.options;
        const norm = new BatchNorm<number>(width, options);
        // The second run, for gradients, must find the running statistics that the first one found behind the batches.
        let tracked = false;
        const run = (inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> => {
          const outputs: Record<string, Tensor> = {};
          for (let at = 0; at < batches; at++) {
            const { output, statistics } = norm.forwardBatch(matrix(inputs[`x${at}`]));
            if (!tracked) norm.track(statistics);
            outputs[`y${at}`] = output;
          }
          tracked = true;
          const { runningMean, runningVariance } = norm;
          return { ...outputs, predicted: norm.forward(matrix(inputs.x0)), runningMean, runningVariance };
        };
        checkCase(stored, norm, run, tolerance);
      });
    });

    it.each(chains)("of layers one after another, $name", (stored) => {
      withBackend(kernels, () => {
        const chain = sequential(new Linear(5, 7, key(0)))
          .followedBy((x) => leakyRelu(x, 0.1))
          .followedBy(new Linear(7, 6, key(1)))
          .followedBy(tanh)
          .followedBy(new LayerNorm(6))
          .followedBy(new Linear(6, 2, key(2)));
        checkCase(stored, chain, ({ x }) => ({ output: chain.forward(x.as([...x.shape.slice(0, -1), 5])) }), tolerance);
      });
    });
  });

describe("state dictionaries have PyTorch's names", () => {
  const layers: Readonly<Record<string, object>> = {
    linear: new Linear(2, 3, key(0)),
    layerNorm: new LayerNorm(3),
    batchNorm: new BatchNorm(3),
    embedding: new Embedding(3, 2, key(0)),
    gru: new GRU(2, 3, key(0)),
    lstm: new LSTM(2, 3, key(0)),
    attention: new MultiHeadAttention(4, 2, key(0)),
  };

  it.each(Object.entries(names))("of %s", (layer, expected) => {
    expect(Object.keys(toPyTorch(layers[layer]))).toEqual(expected.filter((name) => name !== "num_batches_tracked"));
  });
});
