import { readFileSync } from "node:fs";
import * as autograd from "@factorvae/autograd";
import * as tensors from "@factorvae/tensor";
import { backend, key, normal, ones, type Scalar, type Tensor, tensor } from "@factorvae/tensor";
import { expect, it } from "vitest";
import * as nn from "../src/index.js";

const memory = readFileSync(new URL("../../../docs/memory.md", import.meta.url), "utf8");
/** The names in the paragraph of docs/memory.md that starts like this. */
const namedAfter = (start: string): string[] => {
  const [, sentence = ""] = memory.split(start);
  return [...sentence.split("\n\n")[0].matchAll(/`(?:x\.)?(\w+)/g)].map(([, name]) => name);
};

const x = normal(key(1), [2, 3]);
const other = normal(key(2), [2, 3]);
const cube = normal(key(3), [2, 2, 4]);
const positive = other.abs().add(1);
const shares = tensor([0.5, 0.25, 0.25, 0, 1, 0], [2, 3]);

/** What a call gives, and what it was given. */
type Run = () => readonly [results: readonly Tensor[], operands: readonly Tensor[]];

/** A layer's results, and what it was given, its parameters among that. */
const layer = <Layer extends object>(
  made: Layer,
  run: (layer: Layer) => readonly Tensor[],
  ...given: readonly Tensor[]
): ReturnType<Run> => [run(made), [...given, ...nn.parameters(made)]];

const attention = ({ output, weights }: { output: Tensor; weights: Tensor }): readonly Tensor[] => [output, weights];

/** Calls that may do without new memory, by the name of the export or method. */
const runs: Readonly<Record<string, Run>> = {
  as: () => [[x.as([2, 3])], [x]],
  checkNumerics: () => [[tensors.checkNumerics(() => x)], [x]],
  keep: () => [[tensors.keep(x)], [x]],
  pinned: () => [[tensors.pinned([x], () => x)], [x]],
  profile: () => [[tensors.profile(() => x).result], [x]],
  scope: () => [[tensors.scope(() => x)], [x]],
  sumTo: () => [[tensors.sumTo(x, [2, 3])], [x]],
  withBackend: () => [[tensors.withBackend(backend(), () => x)], [x]],

  checkpoint: () => [[autograd.checkpoint((v: Tensor) => v)(x)], [x]],
  customVjp: () => [
    [
      autograd.customVjp(
        (v: Tensor) => v,
        (_, __, cotangent) => cotangent,
      )(x),
    ],
    [x],
  ],
  grad: () => [[autograd.grad((v: Tensor) => v.mul(other).sum())(x)], [x, other]],
  hessian: () => [[autograd.hessian((v: Tensor) => v.sum())(x)], [x]],
  hvp: () => [[autograd.hvp((v: Tensor) => v.square().sum().mul(0.5), x, other)], [x, other]],
  jacobian: () => [[autograd.jacobian((v: Tensor) => v)(x)], [x]],
  jvp: () => [autograd.jvp((v: Tensor) => v, x, other), [x, other]],
  stopGradient: () => [[autograd.stopGradient(x)], [x]],
  valueAndGrad: () => {
    const loss: Scalar = tensors.scalar(3);
    const { value, grads, aux } = autograd.valueAndGrad(() => ({ loss, seen: x }), [loss, x]);
    return [
      [value, ...grads, aux.seen],
      [loss, x],
    ];
  },
  vjp: () => {
    const [value, pullBack] = autograd.vjp((v: Tensor) => v, x);
    return [
      [value, pullBack(other)],
      [x, other],
    ];
  },

  BatchNorm: () => layer(new nn.BatchNorm(3), (made) => [made.forward(x), made.forwardBatch(x).output], x),
  Bidirectional: () =>
    layer(
      new nn.Bidirectional(new nn.GRU(4, 2, key(1)), new nn.GRU(4, 2, key(2))),
      (made) => [made.forward(cube)],
      cube,
    ),
  CosineAttention: () => layer(new nn.CosineAttention(2, 3, key(1)), (made) => attention(made.forward(x)), x),
  Embedding: () => layer(new nn.Embedding(2, 3, key(1)), (made) => [made.forward([0, 1])]),
  GRU: () => layer(new nn.GRU(4, 2, key(1)), (made) => [made.forward(cube), made.states(cube)], cube),
  LSTM: () => layer(new nn.LSTM(4, 2, key(1)), (made) => [made.forward(cube), made.states(cube)], cube),
  LayerNorm: () => layer(new nn.LayerNorm(3), (made) => [made.forward(x)], x),
  Linear: () => layer(new nn.Linear(3, 3, key(1)), (made) => [made.forward(x)], x),
  MultiHeadAttention: () =>
    layer(new nn.MultiHeadAttention(4, 1, key(1)), (made) => attention(made.forward(cube, cube, cube)), cube),
  buffer: () => [[nn.buffer(x)], [x]],
  clipByNorm: () => [nn.clipByNorm([x], 1e9).grads, [x]],
  clipByValue: () => [nn.clipByValue([x], 1e9), [x]],
  crossEntropy: () => [[nn.crossEntropy(x, [0, 1], "none")], [x]],
  crossEntropyOfProbabilities: () => [[nn.crossEntropyOfProbabilities(x, shares, "none")], [x, shares]],
  dropout: () => [[nn.dropout(x, 0.5)], [x]],
  exponentialAverage: () => {
    const average = nn.exponentialAverage([x], 0.5);
    return [
      [...average.values(), ...Object.values(average.stateDict())],
      [x, ...average.memory()],
    ];
  },
  fromPyTorch: () => {
    const state = { weight: ones([3, 3]), bias: ones([3]) };
    return [Object.values(nn.fromPyTorch(new nn.Linear(3, 3, key(1)), state)), Object.values(state)];
  },
  gaussianDivergence: () => {
    const gaussians = { mean: x, std: positive };
    return [[nn.gaussianDivergence(gaussians, gaussians, "none")], [x, positive]];
  },
  gaussianNegativeLogLikelihood: () => [
    [nn.gaussianNegativeLogLikelihood({ mean: x, std: positive }, other, "none")],
    [x, positive, other],
  ],
  groupShares: () => [[nn.groupShares(positive, [2]).weights], [positive]],
  huber: () => [[nn.huber(x, other, 1, "none")], [x, other]],
  parameter: () => [[nn.parameter(x)], [x]],
  positiveCosine: () => [[nn.positiveCosine(x, positive, positive)], [x, positive]],
  scaledDotProductAttention: () => [attention(nn.scaledDotProductAttention(cube, cube, cube)), [cube]],
  sequential: () => layer(nn.sequential(new nn.Linear(3, 3, key(1))), (made) => [made.forward(x)], x),
  squaredError: () => [[nn.squaredError(x, other, "none")], [x, other]],
  stacked: () =>
    layer(nn.stacked(new nn.GRU(4, 2, key(1)), new nn.GRU(2, 2, key(2))), (made) => [made.forward(cube)], cube),
  stateDict: () => layer(new nn.Linear(3, 3, key(1)), (made) => Object.values(nn.stateDict(made))),
  toPyTorch: () => layer(new nn.Linear(3, 3, key(1)), (made) => Object.values(nn.toPyTorch(made))),
};

/** What is handed no tensor, or gives none; `parameters` and a tape tell the tensors of others. */
const without =
  /^(adam|adamW|amsGrad|rmsProp|sgd|plateau|constant|cosine|inSequence|linearWarmUp|stepDecay|fanInUniform|xavierUniform|kaimingNormal|causalMask|parameters|loadStateDict|StateDictError|gradcheck|Tape)$/;

it("all that autograd and nn export is run here, but for what is handed no tensor or gives none", () => {
  const own = Object.keys(autograd).filter((name) => !(name in tensors));
  const names = [...own, ...Object.keys(nn)].filter((name) => !without.test(name));
  expect(names.filter((name) => !(name in runs))).toEqual([]);
});

/** The names of calls that give a tensor which has this to do with an operand, in order. */
const found = (isRelated: (result: Tensor, operand: Tensor) => boolean): readonly string[] =>
  Object.entries(runs)
    .flatMap(([name, run]) => {
      const [results, operands] = run();
      return results.some((result) => operands.some((operand) => isRelated(result, operand))) ? [name] : [];
    })
    .sort();

it("what gives the very tensor that it was given is named in docs/memory.md", () => {
  expect(namedAfter("\nThe very tensor that was given").sort()).toEqual(found((result, operand) => result === operand));
});

it("what gives a view of it is named there, too", () => {
  expect(namedAfter("\nA view, too,").sort()).toEqual(
    found((result, operand) => result !== operand && result.storage === operand.storage),
  );
});
