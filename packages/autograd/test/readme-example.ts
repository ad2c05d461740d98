import {
  grad,
  gradcheck,
  key,
  matmul,
  mean,
  normal,
  type Scalar,
  type Tensor,
  tanh,
  valueAndGrad,
  zeros,
} from "@factorvae/autograd";

const x = normal(key(1), [64, 3]);
const target = matmul(x, normal(key(2), [3, 1]));

const loss = (weight: Tensor<readonly [3, 1]>): Scalar => mean(tanh(matmul(x, weight)).sub(tanh(target)).square());
export const slope = grad(loss)(zeros([3, 1])); // [3, 1]

let weight: Tensor<readonly [3, 1]> = zeros([3, 1]);
export const losses = Array.from({ length: 100 }, () => {
  const { value, grads } = valueAndGrad(() => loss(weight), [weight]);
  weight = weight.sub(grads[0].mul(2)); // plain gradient descent
  return value.item();
});

export const curvature = grad((w: Scalar) => grad((v: Scalar) => v.mul(v).mul(v))(w)); // x -> 6 x
gradcheck((w: Tensor) => tanh(w), [weight], { key: key(3) });
