/**
 * What the compiler promises of layers, losses and what trains them. Nothing here runs: `tsc -p tsconfig.test.json` checks it, and
 * fails where a line marked with "ts-expect-error" compiles.
 */
import {
  type Cube,
  key,
  type Mat,
  type Named,
  relu,
  type Scalar,
  softmax,
  sum,
  type Tensor,
  tanh,
  type Vec,
  valueAndGrad,
} from "@factorvae/autograd";
import {
  adam,
  adamW,
  BatchNorm,
  Bidirectional,
  CosineAttention,
  type causalMask,
  clipByNorm,
  crossEntropy,
  crossEntropyOfProbabilities,
  dropout,
  Embedding,
  fanInUniform,
  GRU,
  gaussianDivergence,
  gaussianNegativeLogLikelihood,
  huber,
  inSequence,
  LayerNorm,
  Linear,
  LSTM,
  linearWarmUp,
  loadStateDict,
  MultiHeadAttention,
  parameter,
  parameters,
  plateau,
  type Reduction,
  type Schedule,
  scaledDotProductAttention,
  sequential,
  sgd,
  squaredError,
  stacked,
} from "../src/index.js";

type Stocks = Named<"Stocks">;
type Time = Named<"Time">;
type Features = Named<"Features">;
type Hidden = Named<"Hidden">;
type Factors = Named<"Factors">;

/** Compiles only if the two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};

declare const features: Cube<Stocks, Time, Features>;
declare const embedding: Mat<Stocks, Hidden>;
declare const returns: Vec<Stocks>;
declare const factors: Vec<Factors>;
declare const sectors: Mat<Stocks, Time>;
declare const ofOne: Vec<Hidden>;
declare const [width, hidden, count]: [Features, Hidden, Factors];

// Layers from rows to rows.
const linear = new Linear(hidden, count, key(1));
same<typeof linear, Linear<Hidden, Factors>>(true);
const scores = linear.forward(embedding);
same<typeof scores, Mat<Stocks, Factors>>(true);
same<typeof linear.weight, Mat<Factors, Hidden>>(true);
const normalised = new LayerNorm(hidden).forward(embedding);
same<typeof normalised, Mat<Stocks, Hidden>>(true);
const batch = new BatchNorm(hidden).forwardBatch(embedding);
same<typeof batch.output, Mat<Stocks, Hidden>>(true);
same<typeof batch.statistics.mean, Vec<Hidden>>(true);
const rows = new Embedding(100, hidden, key(2)).forward([1, 2, 3]);
same<typeof rows, Mat<number, Hidden>>(true);
const dropped = dropout(embedding, 0.5, key(3));
same<typeof dropped, Mat<Stocks, Hidden>>(true);
const tokens = new Embedding(100, hidden, key(2)).forward(sectors);
same<typeof tokens, Cube<Stocks, Time, Hidden>>(true);
const scoresOverTime = linear.forward(tokens);
same<typeof scoresOverTime, Cube<Stocks, Time, Factors>>(true);
const normalisedOverTime = new LayerNorm(hidden).forward(tokens);
same<typeof normalisedOverTime, Cube<Stocks, Time, Hidden>>(true);
const scoreOfOne = linear.forward(ofOne);
same<typeof scoreOfOne, Vec<Factors>>(true);
// @ts-expect-error: factors where the hidden width is meant
linear.forward(scores);
// @ts-expect-error: a vector of stocks is none of hidden units
linear.forward(returns);
// @ts-expect-error: the norm is of another width
new LayerNorm(hidden).forward(scores);
// @ts-expect-error: statistics of another width
new BatchNorm(count).track(batch.statistics);
// @ts-expect-error: a layer starts from a key
new Linear(hidden, count);
// @ts-expect-error: what comes out are factors
const wrongOut: Mat<Stocks, Hidden> = linear.forward(embedding);
// @ts-expect-error: a rate is no text
dropout(embedding, "0.5");

// Layers over time.
const gru = new GRU(width, hidden, key(4));
const last = gru.forward(features);
same<typeof last, Mat<Stocks, Hidden>>(true);
const every = gru.states(features);
same<typeof every, Cube<Stocks, Time, Hidden>>(true);
const lstm = new LSTM(width, hidden, key(5));
const state = lstm.final(features);
same<typeof state.cell, Mat<Stocks, Hidden>>(true);
lstm.forward(features, state);
const deep = stacked(gru, new GRU(hidden, hidden, key(5))).states(features);
same<typeof deep, Cube<Stocks, Time, Hidden>>(true);
const both = new Bidirectional(gru, lstm).forward(features);
same<typeof both, Mat<Stocks>>(true);
// @ts-expect-error: the second layer reads features, where the first makes hidden units
stacked(gru, gru);
// @ts-expect-error: a matrix has no time
gru.forward(embedding);
// @ts-expect-error: what it made is not what it takes
gru.forward(every);
// @ts-expect-error: an LSTM goes on from a hidden state and a cell
lstm.forward(features, last);

// Attention.
const attention = new MultiHeadAttention(hidden, 4, key(6));
const seen = attention.forward(every, every, every);
same<typeof seen.output, Cube<Stocks, Time, Hidden>>(true);
same<typeof seen.weights, Tensor<readonly [Stocks, number, Time, Time]>>(true);
same<ReturnType<typeof causalMask<Time>>, Mat<Time, Time>>(true);
const looked = new CosineAttention(count, hidden, key(7)).forward(embedding);
same<typeof looked.output, Cube<number, Factors, Hidden>>(true);
same<typeof looked.weights, Mat<Stocks, Factors>>(true);
// @ts-expect-error: features where the hidden width is meant
attention.forward(features, every, every);
// @ts-expect-error: keys and values of different lengths
attention.forward(every, every, every.slice(1, 0, 3).as([300 as Stocks, 3, hidden]));
// @ts-expect-error: the widths of queries and keys differ
scaledDotProductAttention(every, features, every);
// @ts-expect-error: the mask is not of steps by steps
attention.forward(every, every, every, { blocked: embedding });

// One after another.
const net = sequential(new Linear(width, hidden, key(8)))
  .followedBy(relu)
  .followedBy(new LayerNorm(hidden))
  .followedBy(new Linear(hidden, count, key(9)));
const through = net.forward(features.slice(1, 0, 1).reshape([300 as Stocks, width]));
same<typeof through, Mat<Stocks, Factors>>(true);
const overTime = net.forward(features);
same<typeof overTime, Cube<Stocks, Time, Factors>>(true);
// @ts-expect-error: the second layer takes another width than the first makes
sequential(new Linear(width, hidden, key(8))).followedBy(new Linear(width, count, key(9)));
// @ts-expect-error: an activation leaves the shape as it is
sequential(linear).followedBy((x: Tensor) => sum(x));
// @ts-expect-error: over which axis?
sequential(linear).followedBy(softmax);

// Losses: shapes must be equal.
const spread = { mean: scores, std: scores };
same<ReturnType<typeof byRow>, Vec<Stocks>>(true);
const byRow = () => gaussianDivergence(spread, spread, "none");
const total = squaredError(embedding, embedding);
same<typeof total, Scalar>(true);
const each = huber(embedding, embedding, 1, "none");
same<typeof each, Mat<Stocks, Hidden>>(true);
const surprise = crossEntropy(scores, [0, 1, 2], "none");
same<typeof surprise, Vec<Stocks>>(true);
const reducedBy = (reduction: Reduction) => crossEntropy(scores, [0, 1, 2], reduction, { ignore: -1 });
same<ReturnType<typeof reducedBy>, Vec<Stocks> | Scalar>(true);
// @ts-expect-error: a mistyped option
crossEntropy(scores, [0, 1, 2], "mean", { weight: [1] });
// @ts-expect-error: the target has another shape
squaredError(embedding, scores);
// @ts-expect-error: nothing is broadcast
squaredError(embedding, returns);
// @ts-expect-error: no such reduction
squaredError(embedding, embedding, "median");
// @ts-expect-error: the target is of stocks alone
gaussianNegativeLogLikelihood(spread, returns);
// @ts-expect-error: a Gaussian has a standard deviation
gaussianNegativeLogLikelihood({ mean: scores }, scores);
// @ts-expect-error: as many probabilities as classes
crossEntropyOfProbabilities(scores, embedding);

// Training.
const weights = parameters({ linear, gru });
same<typeof weights, Tensor[]>(true);
const found = valueAndGrad(() => sum(tanh(linear.forward(embedding))), weights);
adam(weights, { lr: 0.1 }).step(found.grads, { lr: 0.05 });
sgd(weights, { lr: 0.1, momentum: 0.9 }).step(clipByNorm(found.grads, 1).grads);
const schedule: Schedule = inSequence(linearWarmUp(10, 0.1), 10, () => 1);
// @ts-expect-error: there is no default rate
adam(weights, {});
// @ts-expect-error: a mistyped setting
adamW(weights, { lr: 0.1, weightDekay: 0.1 });
// @ts-expect-error: clipped gradients come with their norm
adam(weights, { lr: 0.1 }).step(clipByNorm(found.grads, 1));
// @ts-expect-error: a schedule is a function of the step
const wrongSchedule: Schedule = 0.1;
// @ts-expect-error: no such direction
plateau({ better: "higher" });
// @ts-expect-error: a state holds tensors
loadStateDict(linear, { weight: [1, 2] });
// @ts-expect-error: a number is no parameter
parameter(1);
// @ts-expect-error: the initial values are a matrix
const wrongStart: Vec<Factors> = fanInUniform(key(1), [count, hidden], 20);

export { factors, schedule, wrongOut, wrongSchedule, wrongStart };
