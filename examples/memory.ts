import {
  checkpoint,
  grad,
  keep,
  key,
  type Mat,
  matmul,
  memoryUse,
  normal,
  ones,
  pinned,
  type Scalar,
  scope,
  type Tensor,
  tanh,
  valueAndGrad,
  vjp,
} from "@factorvae/autograd";
import { sgd } from "@factorvae/nn";

const x: Mat<64, 64> = normal(key(1), [64, 64]);

const plain = tanh(matmul(x, x)); // outside of scopes: an array, which the garbage collector frees

let forgotten: Tensor = plain;
export const spread = scope(() => {
  forgotten = matmul(x, x); // a block of linear memory
  const centred = forgotten.sub(forgotten.mean());
  return { scale: centred.square().mean().sqrt() };
});
export const scale = spread.scale.item(); // returned, in a field: it lives on
export const useForgotten = (): Tensor => forgotten.add(1); // DeadTensorError: add: operand 0 ...

let best: Tensor = plain;
scope(() => {
  best = keep(tanh(x)); // a copy on the heap: it outlives every scope
});
export const kept = best.mean().item();

const weight: Mat<64, 64> = normal(key(2), [64, 64]).mul(0.1);
const optimizer = sgd([weight], { lr: 1 });
const loss = (): Scalar => tanh(matmul(x, weight)).sub(1).square().mean();
export const losses = pinned([weight], () =>
  Array.from({ length: 20 }, () =>
    scope(() => {
      const { value, grads } = valueAndGrad(loss, [weight]);
      optimizer.step(grads);
      return value.item();
    }),
  ),
);

const layers = (h: Mat<64, 64>): Mat<64, 64> => {
  let at = h;
  for (let layer = 0; layer < 20; layer++) at = tanh(matmul(at, weight));
  return at;
};
const peak = (block: (h: Mat<64, 64>) => Mat<64, 64>): number => {
  const before = memoryUse().used;
  grad((h: Mat<64, 64>) => block(block(block(block(h)))).sum())(x);
  return memoryUse().peak - before;
};
peak(layers); // compiles the kernels, which stay
export const peaks = { plain: peak(layers), checkpoints: peak(checkpoint(layers)) };

export const pulledTwice = scope(() => {
  const [y, pullBack] = vjp(layers, x); // what the tape holds belongs to this scope
  return [
    pullBack(ones([64, 64]))
      .sum()
      .item(),
    pullBack(y).sum().item(),
  ];
});
const [, late] = scope(() => vjp(layers, x)); // the pull-back is returned, but not what it needs
export const tooLate = (): Mat<64, 64> => late(ones([64, 64])); // DeadTensorError
