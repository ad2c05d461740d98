import {
  argmax,
  clip,
  customVjp,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  type Mat,
  matmul,
  mul,
  type Scalar,
  scalar,
  softmax,
  stopGradient,
  sum,
  tanh,
  tensor,
  type Vec,
  valueAndGrad,
  vjp,
} from "@factorvae/autograd";

const x: Vec<2> = tensor([1, 2], [2]);
const cubes = (at: Vec<2>): Scalar => sum(at.mul(at).mul(at));
const squares = (at: Vec<2>): Vec<2> => at.mul(at);

export const gradient = grad(cubes)(x); // [3, 12]
export const matrix = jacobian(squares)(x); // [[2, 0], [0, 4]]
export const curvature = hessian(cubes)(x); // [[6, 0], [0, 12]]
export const [, along] = jvp(squares, x, tensor([1, 10], [2])); // [2, 40]
export const product = hvp(cubes, x, tensor([1, 10], [2])); // [6, 120]
const [, pullBack] = vjp(squares, x);
export const pulled = [pullBack(tensor([1, 0], [2])), pullBack(tensor([0, 1], [2]))]; // [2, 0], [0, 4]

const model = { hidden: { weight: tensor([0.1, 0.2, 0.3, 0.4], [2, 2]), bias: tensor([0, 0], [2]) }, scale: scalar(2) };
const output = ({ hidden, scale }: typeof model, input: Mat<1, 2>): Scalar =>
  sum(tanh(matmul(input, hidden.weight).add(hidden.bias)).mul(scale));
export const slopes = grad(output)(model, tensor([1, 1], [1, 2])); // { hidden: { weight, bias }, scale }
export const { value, grads } = valueAndGrad(() => output(model, tensor([1, 1], [1, 2])), model.hidden); // by those of it alone

export const nested = grad((outer: Scalar) => grad((inner: Scalar) => mul(outer, inner))(outer))(scalar(3)); // 1, not 2
export const fourth = grad(grad(grad(grad((t: Scalar) => t.mul(2).exp()))))(scalar(0)); // 16
const penalty = (at: Vec<2>): Scalar => sum(grad(cubes)(at).square());
export const ofGradient = grad(penalty)(x); // of 9 x^4: [36, 288]

export const held = grad((t: Scalar) => t.mul(stopGradient(t)))(scalar(3)); // 3, not 6

const rounded = customVjp(
  (at: Vec<2>): Vec<2> => tensor(Array.from(at.data, Math.round), [2]), // straight through: a step, with the slope of a line
  (_, __, cotangent) => cotangent,
);
export const straight = grad((at: Vec<2>) => sum(rounded(at).mul(at)))(tensor([0.6, 1.2], [2])); // [1.6, 2.2]

const gentle = customVjp(
  (at: Vec<2>) => at.mul(1),
  (_, __, cotangent) => clip(cotangent, -1, 1),
);
export const cut = grad((at: Vec<2>) => cubes(gentle(at)))(x); // [1, 1]: 3 and 12, cut

const swishParts = customVjp(
  (at: Vec<2>) => {
    const gate = at.sigmoid();
    return { value: at.mul(gate), gate };
  },
  (_, { value, gate }, cotangent) => {
    const closed = gate.neg().add(1); // 1 - gate
    return cotangent.value.mul(gate.add(value.mul(closed))).add(cotangent.gate.mul(gate.mul(closed)));
  },
);
const swish = (at: Vec<2>): Scalar => sum(swishParts(at).value);
export const swishSlope = grad(swish)(x); // the gate is computed once
export const swishCurvature = hvp(swish, x, tensor([1, 1], [2]));

export const hard = (): Vec<2> => grad((at: Vec<2>) => sum(argmax(at.reshape([1, 2]), 1)))(x); // an error that says what to do
export const soft = grad((at: Vec<2>) => sum(softmax(at.mul(10), 0).mul(tensor([0, 1], [2]))))(x);
