import type { Tensor } from "../src/index.js";
import * as ops from "../src/index.js";
import type { PytorchCase, Run } from "./pytorch-cases.js";

/** A mask as plain numbers, added to zeros of its operands, which it does not depend on for a tape. */
const besideAll =
  (compare: (a: Tensor, b: Tensor) => Tensor): Run =>
  ([a, b = a]) => {
    const mask = compare(a, b);
    const never = ops.zeros(mask.shape);
    return ops.add(ops.tensor([...mask.data], mask.shape), ops.where(never, ops.add(a, b), 0));
  };

const binary =
  (op: (a: Tensor, b: Tensor) => Tensor): Run =>
  ([a, b]) =>
    op(a, b);

const unary =
  (op: (x: Tensor) => Tensor): Run =>
  ([x]) =>
    op(x);

const matrix = (x: Tensor): Tensor<readonly [number, number]> => x.as([x.shape[0], x.shape[1]]);

/** All parts one after the other, and the second one again. */
const rejoined = (parts: readonly Tensor[]): Tensor => ops.concatenate([...parts, parts[1]], 0);

type Attributes = PytorchCase["attributes"];

const axisOf = ({ axis = 0 }: Attributes): number => axis;

/** How to run what PyTorch calls by these names: the cases of `fixtures/elementary_ops.py`. */
export const elementaryRuns: Readonly<Record<string, Run>> = {
  add: binary(ops.add),
  sub: binary(ops.sub),
  mul: binary(ops.mul),
  div: binary(ops.div),
  maximum: binary(ops.maximum),
  minimum: binary(ops.minimum),
  neg: unary(ops.neg),
  square: unary(ops.square),
  pow: ([x], _, { power = 1 }) => ops.pow(x, power),
  floor: unary(ops.floor),
  sign: unary(ops.sign),
  exp: unary(ops.exp),
  log: unary(ops.log),
  sin: unary(ops.sin),
  cos: unary(ops.cos),
  relu: unary(ops.relu),
  less: besideAll(ops.less),
  lessEqual: besideAll(ops.lessEqual),
  greater: besideAll(ops.greater),
  greaterEqual: besideAll(ops.greaterEqual),
  equal: besideAll(ops.equal),
  notEqual: besideAll(ops.notEqual),
  and: besideAll(ops.and),
  or: besideAll(ops.or),
  not: besideAll((x) => ops.not(x)),
  transpose: ([x], _, { axes = [] }) => ops.transpose(x, axes),
  t: ([x]) => ops.t(matrix(x)),
  reshape: ([x], _, { shape = [] }) => ops.reshape(x, shape),
  expand: ([x], _, { shape = [] }) => ops.expand(x, shape),
  slice: ([x], _, { axis = 0, start = 0, end = 0 }) => ops.slice(x, axis, start, end),
  stack: (parts, _, attributes) => ops.stack(parts, axisOf(attributes)),
  unstack: ([x], _, attributes) => rejoined(ops.unstack(x, axisOf(attributes))),
  split: ([x], _, attributes) => rejoined(ops.split(x, 2, axisOf(attributes))),
  scatterAdd: ([x], [index], attributes) => ops.scatterAdd(x, index.data, axisOf(attributes), attributes.count ?? 0),
  linear: ([x, weight, bias], _, { slope }) => ops.linear(matrix(x), matrix(weight), bias.as([bias.size]), slope),
  gruCell: ([state, ...shares]) => {
    const [resetInput, updateInput, newInput, resetState, updateState, newState] = shares;
    return ops.gruCell(state, resetInput, updateInput, newInput, resetState, updateState, newState)[0];
  },
};
