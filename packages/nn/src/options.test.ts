import { key, ones, zeros } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { BatchNorm } from "./layers/batch-norm.js";
import { CosineAttention } from "./layers/cosine-attention.js";
import { Embedding } from "./layers/embedding.js";
import { GRU } from "./layers/gru.js";
import { LayerNorm } from "./layers/layer-norm.js";
import { Linear } from "./layers/linear.js";
import { LSTM } from "./layers/lstm.js";
import { MultiHeadAttention } from "./layers/multi-head-attention.js";
import { crossEntropy } from "./losses/cross-entropy.js";
import { adam, adamW, amsGrad } from "./optimizers/adam.js";
import { rmsProp } from "./optimizers/rms-prop.js";
import { sgd } from "./optimizers/sgd.js";
import { plateau } from "./schedules/plateau.js";

/** Options as they come from a variable: the compiler does not look for names that are too many. */
const loosely = <Options extends object>(options: Options): Options => options;
const cube = zeros([1, 2, 4]);

describe("an option that does not exist is refused", () => {
  it.each<[string, () => unknown]>([
    [
      'adam: there is no option "weight_decay"; did you mean weightDecay?',
      () => adam([zeros([1])], loosely({ lr: 1, weight_decay: 0.1 })),
    ],
    ['adamW: there is no option "eps"; did you mean epsilon?', () => adamW([zeros([1])], loosely({ lr: 1, eps: 0.1 }))],
    [
      'amsGrad: there is no option "betas"; did you mean beta1?',
      () => amsGrad([zeros([1])], loosely({ lr: 1, betas: [0, 0] })),
    ],
    [
      'sgd: there is no option "momentun"; did you mean momentum?',
      () => sgd([zeros([1])], loosely({ lr: 1, momentun: 0.9 })),
    ],
    [
      'rmsProp: there is no option "alpha"; there are lr, decay, epsilon, centred, momentum, weightDecay',
      () => rmsProp([zeros([1])], loosely({ lr: 1, alpha: 0.9 })),
    ],
    [
      'sgd.step: there is no option "rate"; there are lr',
      () => sgd([zeros([1])], { lr: 1 }).step([], loosely({ lr: 1, rate: 0.1 })),
    ],
    [
      'Embedding: there is no option "padding_idx"; did you mean padding?',
      () => new Embedding(3, 2, key(1), loosely({ padding: 0, padding_idx: 0 })),
    ],
    [
      'BatchNorm: there is no option "eps"; did you mean epsilon?',
      () => new BatchNorm(3, loosely({ momentum: 0.1, eps: 1 })),
    ],
    [
      'LayerNorm: there is no option "eps"; did you mean epsilon?',
      () => new LayerNorm(3, loosely({ epsilon: 0.1, eps: 1 })),
    ],
    [
      'attention: there is no option "mask"; there are blocked, padding, bias, dropout',
      () =>
        new MultiHeadAttention(4, 1, key(1)).forward(cube, cube, cube, loosely({ padding: ones([1, 2]), mask: cube })),
    ],
    [
      'plateau: there is no option "patients"; did you mean patience?',
      () => plateau(loosely({ factor: 0.5, patients: 3 })),
    ],
    [
      'crossEntropy: there is no option "weight"; did you mean weights?',
      () => crossEntropy(ones([1, 2]), [0], "mean", loosely({ ignore: 1, weight: [1, 2] })),
    ],
  ])("%s", (message, make) => {
    expect(make).toThrow(new TypeError(message));
  });
});

it("optimizers refuse to start without options, and say which there are", () => {
  // @ts-expect-error There is no default rate.
  expect(() => adam([zeros([1])])).toThrow(
    new TypeError("adam: needs options { lr, beta1, beta2, epsilon, weightDecay }, not undefined"),
  );
  // @ts-expect-error A rate alone is no object.
  expect(() => sgd([zeros([1])], 0.1)).toThrow(
    "sgd: needs options { lr, momentum, dampening, nesterov, weightDecay }, not 0.1",
  );
});

describe("without a key there is no", () => {
  it.each<[string, () => unknown]>([
    // @ts-expect-error A layer starts from a key.
    ["Linear", () => new Linear(3, 2)],
    // @ts-expect-error A layer starts from a key.
    ["GRU", () => new GRU(3, 2)],
    // @ts-expect-error A layer starts from a key.
    ["LSTM", () => new LSTM(3, 2)],
    // @ts-expect-error A layer starts from a key.
    ["Embedding", () => new Embedding(3, 2)],
    // @ts-expect-error A layer starts from a key.
    ["MultiHeadAttention", () => new MultiHeadAttention(4, 2)],
    // @ts-expect-error A layer starts from a key.
    ["CosineAttention", () => new CosineAttention(3, 2)],
  ])("%s", (layer, make) => {
    expect(make).toThrow(new TypeError(`${layer}: needs a key, not undefined; as its last argument, such as key(1)`));
  });

  it("layer from a seed", () => {
    // @ts-expect-error A seed is no key.
    expect(() => new Linear(3, 2, 7)).toThrow(new TypeError("Linear: needs a key, not 7; did you mean key(7)?"));
  });

  it("dropping in attention", () => {
    // @ts-expect-error Without a key nothing would be dropped.
    expect(() => new MultiHeadAttention(4, 1, key(1)).forward(cube, cube, cube, { dropout: { rate: 0.5 } })).toThrow(
      "attention: dropout: needs a key",
    );
  });
});
