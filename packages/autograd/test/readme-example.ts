import { grad, gradcheck, key, type Mat, normal, type Scalar, valueAndGrad, zeros } from "@factorvae/autograd";

const x = normal(key(1), [64, 3]);
const target = x.matmul(normal(key(2), [3, 1])).tanh();
const loss = (weight: Mat<3, 1>): Scalar => x.matmul(weight).tanh().sub(target).square().mean();
export const slope = grad(loss)(zeros([3, 1])); // [3, 1]

let weight: Mat<3, 1> = zeros([3, 1]);
export const losses = Array.from({ length: 100 }, () => {
  const { value, grads } = valueAndGrad(() => loss(weight), [weight]);
  weight = weight.sub(grads[0].mul(2)); // plain gradient descent
  return value.item();
});

export const curvature = grad((w: Scalar) => grad((v: Scalar) => v.mul(v).mul(v))(w)); // x -> 6 x
gradcheck(loss, [weight], { key: key(3) }); // first and second derivatives agree with differences, or it throws
