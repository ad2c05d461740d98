/**
 * Layers, losses, optimizers and schedules.
 *
 * @module @factorvae/nn
 */

export { fanInUniform, kaimingNormal, xavierUniform } from "./initializers.js";
export { BatchNorm, type BatchNormOptions, type BatchStatistics } from "./layers/batch-norm.js";
export { Bidirectional } from "./layers/bidirectional.js";
export { CosineAttention, type CosineSight } from "./layers/cosine-attention.js";
export { dropout } from "./layers/dropout.js";
export { Embedding, type EmbeddingOptions } from "./layers/embedding.js";
export { groupShares } from "./layers/group-shares.js";
export { GRU } from "./layers/gru.js";
export { LayerNorm, type LayerNormOptions } from "./layers/layer-norm.js";
export { Linear } from "./layers/linear.js";
export { LSTM, type LstmState } from "./layers/lstm.js";
export { MultiHeadAttention } from "./layers/multi-head-attention.js";
export { positiveCosine } from "./layers/positive-cosine.js";
export type { RecurrentLayer } from "./layers/recurrent.js";
export {
  type Attention,
  type AttentionMasks,
  causalMask,
  scaledDotProductAttention,
} from "./layers/scaled-dot-product.js";
export { type Activation, type RowLayer, type Sequential, sequential } from "./layers/sequential.js";
export { type Stacked, stacked } from "./layers/stacked.js";
export type { CrossEntropyOptions } from "./losses/class-targets.js";
export { crossEntropy, crossEntropyOfProbabilities } from "./losses/cross-entropy.js";
export { type Gaussians, gaussianDivergence, gaussianNegativeLogLikelihood } from "./losses/gaussian.js";
export type { Reduction } from "./losses/reduction.js";
export { huber, squaredError } from "./losses/regression.js";
export { type AdamOptions, type AdamWOptions, adam, adamW, amsGrad } from "./optimizers/adam.js";
export { type ExponentialAverage, exponentialAverage } from "./optimizers/average.js";
export { type Clipped, clipByNorm, clipByValue } from "./optimizers/clip.js";
export type { Optimizer } from "./optimizers/optimizer.js";
export { type RmsPropOptions, rmsProp } from "./optimizers/rms-prop.js";
export { type SgdOptions, sgd } from "./optimizers/sgd.js";
export { buffer, parameter, parameters } from "./parameter.js";
export { fromPyTorch, toPyTorch } from "./pytorch.js";
export { type Plateau, type PlateauOptions, type PlateauState, plateau } from "./schedules/plateau.js";
export { constant, cosine, inSequence, linearWarmUp, type Schedule, stepDecay } from "./schedules/schedule.js";
export { loadStateDict, type StateDict, StateDictError, stateDict } from "./state-dict.js";
