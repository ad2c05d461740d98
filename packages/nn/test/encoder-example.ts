import { add, type Cube, type Dim, fold, indices, type Key, key, relu } from "@factorvae/autograd";
import {
  type AttentionMasks,
  causalMask,
  Embedding,
  LayerNorm,
  Linear,
  MultiHeadAttention,
  type Sequential,
  sequential,
} from "@factorvae/nn";

/** A layer of a transformer's encoder, each part normalised before and added to what goes in. */
export class EncoderLayer<Width extends Dim> {
  readonly attentionNorm: LayerNorm<Width>;
  readonly attention: MultiHeadAttention<Width>;
  readonly innerNorm: LayerNorm<Width>;
  readonly inner: Sequential<Width, Width>;

  constructor(width: Width, heads: number, hidden: number, key: Key) {
    this.attentionNorm = new LayerNorm(width);
    this.attention = new MultiHeadAttention(width, heads, fold(key, "attention"));
    this.innerNorm = new LayerNorm(width);
    this.inner = sequential(new Linear(width, hidden, fold(key, "widen")))
      .followedBy(relu)
      .followedBy(new Linear(hidden, width, fold(key, "narrow")));
  }

  /** `x: [B, T, Width] -> [B, T, Width]`. */
  forward<B extends Dim, T extends Dim>(x: Cube<B, T, Width>, masks?: AttentionMasks<B, T, T>): Cube<B, T, Width> {
    const steps = this.attentionNorm.forward(x);
    const seen = add(x, this.attention.forward(steps, steps, steps, masks).output);
    return add(seen, this.inner.forward(this.innerNorm.forward(seen)));
  }
}

const words = new Embedding(10, 8, key(1));
const encoder = new EncoderLayer(8, 2, 16, key(2));
const next = new Linear(8, 10, key(3));

const sentences = indices([1, 5, 2, 1, 7, 2]).reshape([2, 3]);
export const scores = next.forward(encoder.forward(words.forward(sentences), { blocked: causalMask(3) })); // [2, 3, 10]
