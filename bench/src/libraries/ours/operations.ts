import {
  cholesky,
  conv1d,
  cumsum,
  einsum,
  key,
  pinned,
  type Scalar,
  scope,
  solve,
  sort,
  type Tensor,
  tensor,
  topK,
  valueAndGrad,
} from "@factorvae/autograd";
import { crossEntropy, LSTM, MultiHeadAttention, parameters } from "@factorvae/nn";
import type { Timed } from "../../case.js";
import { countOfLargest, heads, type Operand, type Operation, type OperationSpec } from "../../groups/operations.js";
import { classesOf, fingerprint, numbersOf } from "../../operands.js";
import { setWeights } from "./weights.js";

const operandOf = (operand: Operand): Tensor => tensor(numbersOf(operand), operand.shape);
const matrixOf = (x: Tensor) => x.as([x.shape[0], x.shape[1]]);
const cubeOf = (x: Tensor) => x.as([x.shape[0], x.shape[1], x.shape[2]]);
const cubesOf = (x: Tensor) => x.as([x.shape[0], x.shape[1], x.shape[2], x.shape[3]]);

/** What is timed: results of some tensors, which are pinned meanwhile. */
function timed(inputs: readonly Tensor[], compute: () => readonly Tensor[]): Timed {
  return {
    run: () => scope(() => compute().map(({ storage }) => storage.values[0])),
    check: () => compute().reduce((sum, { data }) => sum + fingerprint(data), 0),
    around: (turn) => pinned(inputs, turn),
  };
}

const differentiated = (inputs: readonly Tensor[], loss: () => Scalar): Timed =>
  timed(inputs, () => valueAndGrad(loss, inputs).grads);

const simply =
  (compute: (...inputs: readonly Tensor[]) => Tensor) =>
  (operands: readonly Operand[]): Timed => {
    const inputs = operands.map(operandOf);
    return timed(inputs, () => [compute(...inputs)]);
  };

const cases: Readonly<Record<Operation, (operands: readonly Operand[]) => Timed>> = {
  einsum: simply((q, k) => einsum("bqhd,bkhd->bhqk", cubesOf(q), cubesOf(k))),
  sort: simply((x) => sort(x, 1)),
  topK: simply((x) => topK(x, countOfLargest, 1).values),
  cumsum: simply((x) => cumsum(x, 1)),
  conv1d: simply((x, kernel) => conv1d(cubeOf(x), cubeOf(kernel), { padding: 1 })),
  cholesky: simply((a) => cholesky(matrixOf(a))),
  solve: simply((a, b) => solve(matrixOf(a), matrixOf(b))),
  crossEntropy: ([operand]) => {
    const logits = matrixOf(operandOf(operand));
    const classes = classesOf(logits.shape[0], logits.shape[1]);
    return differentiated([logits], () => crossEntropy(logits, classes, "sum"));
  },
  lstm: ([operand]) => {
    const x = cubeOf(operandOf(operand));
    const unit = new LSTM(x.shape[2], x.shape[2], key(1));
    setWeights(unit, x.shape[2]);
    return differentiated([x, ...parameters(unit)], () => unit.forward(x).square().sum());
  },
  attention: ([operand]) => {
    const x = cubeOf(operandOf(operand));
    const unit = new MultiHeadAttention(x.shape[2], heads, key(1));
    setWeights(unit, x.shape[2]);
    return differentiated([x, ...parameters(unit)], () => unit.forward(x, x, x).output.square().sum());
  },
};

/** An operation of the group. */
export const operationCase = ({ operation, operands }: OperationSpec): Timed => cases[operation](operands);
