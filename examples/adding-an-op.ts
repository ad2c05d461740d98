import {
  apply,
  defineOp,
  type Expression,
  elementwise,
  grad,
  gradcheck,
  key,
  mean,
  normal,
  type Op,
  type Scalar,
  type Shape,
  scalar,
  sub,
  type Tensor,
  tensor,
} from "@factorvae/autograd";

/** `x / (1 + |x|)`: from -1 to 1, as tanh, but slower to get there. */
export const softsign = elementwise("softsign", (x: Expression) => x.div(x.abs().add(1)));

export const halves = softsign(tensor([-1, 0, 1])).toArray(); // [-0.5, 0, 0.5]
gradcheck((x) => softsign(x), [normal(key(1), [3, 4])], { key: key(2) });

/** From here on `exp(x) / (1 + exp(x))` is 1, in double precision too. */
const saturated = 40;

/** `1 / (1 + exp(-x))`, as `exp(x) / (1 + exp(x))`: small results keep their digits, and no exponential overflows. */
export const logistic = elementwise(
  "logistic",
  (x: Expression) => {
    const odds = x.min(saturated).exp();
    return odds.div(odds.add(1));
  },
  { d: [(_, output) => output.mul(output.neg().add(1))] },
);

/** `log(1 + exp(x))`, without overflow and exact for very negative x. */
export const softRectifier = elementwise(
  "softRectifier",
  (x: Expression) => x.max(0).add(x.abs().neg().exp().log1p()),
  { d: [(x) => logistic(x)] },
);

export const tiny = logistic(tensor([-90])).item(); // 8.19e-40
export const grown = grad((x: Scalar) => softRectifier(x))(scalar(1000)).item(); // 1
gradcheck((x) => softRectifier(x), [normal(key(5), [3, 4])], { key: key(6) });

const centredOp: Op<{ readonly axis: number }> = {
  name: "centred",
  shape: ([from]) => [from],
  plain: ([x], { axis }) => [sub(x, mean(x, axis, true))],
  vjp: ({ gradients: [g], attributes: { axis } }) => [sub(g, mean(g, axis, true))],
};

/** x less its mean along an axis. */
export const centred = defineOp(centredOp, <S extends Shape>(x: Tensor<S>, axis: number) =>
  apply(centredOp, [x], { axis })[0].as(x.shape),
);

export const around = centred(tensor([1, 2, 6]), 0).toArray(); // [-2, -1, 3]
gradcheck((x) => centred(x, 1), [normal(key(3), [3, 4])], { key: key(4) });
