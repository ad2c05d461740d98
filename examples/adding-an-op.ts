import {
  apply,
  defineOp,
  type Expression,
  elementwise,
  gradcheck,
  key,
  mean,
  normal,
  type Op,
  type Shape,
  sub,
  type Tensor,
  tensor,
} from "@factorvae/autograd";

/** `x / (1 + |x|)`: from -1 to 1, as tanh, but slower to get there. */
export const softsign = elementwise("softsign", (x: Expression) => x.div(x.abs().add(1)));

export const halves = softsign(tensor([-1, 0, 1])).toArray(); // [-0.5, 0, 0.5]
gradcheck((x) => softsign(x), [normal(key(1), [3, 4])], { key: key(2) });

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
