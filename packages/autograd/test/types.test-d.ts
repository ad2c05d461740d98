/**
 * What the compiler promises of derivatives. Nothing here runs: `tsc -p tsconfig.test.json` checks it, and fails where a line
 * marked with "ts-expect-error" compiles.
 */
import {
  type Cube,
  checkpoint,
  customVjp,
  grad,
  gradcheck,
  hessian,
  hvp,
  jacobian,
  jvp,
  key,
  type Mat,
  matmul,
  mean,
  mul,
  type Named,
  type Scalar,
  scalar,
  stopGradient,
  sum,
  type Tensor,
  tanh,
  type Vec,
  valueAndGrad,
  vjp,
} from "../src/index.js";

type Stocks = Named<"Stocks">;
type Hidden = Named<"Hidden">;
type Factors = Named<"Factors">;

/** Compiles only if the two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};

declare const embedding: Mat<Stocks, Hidden>;
declare const weight: Mat<Hidden, Factors>;
declare const returns: Vec<Stocks>;
declare const factors: Vec<Factors>;
declare const unknownRank: Tensor;

// grad: the gradient has the type of the argument, whatever tree that is.
const loss = (w: Mat<Hidden, Factors>): Scalar => mean(tanh(matmul(embedding, w)));
const slope = grad(loss)(weight);
same<typeof slope, Mat<Hidden, Factors>>(true);
const slopes = grad((x: { readonly a: Vec<3>; readonly b: readonly [Mat<2, 3>, Scalar] }) => sum(x.a).add(x.b[1]));
same<Parameters<typeof slopes>[0], { readonly a: Vec<3>; readonly b: readonly [Mat<2, 3>, Scalar] }>(true);
same<ReturnType<typeof slopes>, { readonly a: Vec<3>; readonly b: readonly [Mat<2, 3>, Scalar] }>(true);
const second = grad((x: Scalar) => grad((y: Scalar) => mul(x, y))(x))(scalar(3));
same<typeof second, Scalar>(true);
const scaled = grad((x: Vec<3>, scale: number, name: string) => sum(x.mul(scale * name.length)));
same<Parameters<typeof scaled>, [x: Vec<3>, scale: number, name: string]>(true);
interface Layer {
  readonly weight: Mat<Hidden, Factors>;
  readonly bias?: Vec<Factors>;
}
interface Model {
  readonly layers: readonly Layer[];
  readonly scale: Scalar;
}
declare const model: Model;
const ofModel = grad(({ layers, scale }: Model) => loss(layers[0].weight).mul(scale));
same<ReturnType<typeof ofModel>, Model>(true);
// @ts-expect-error: a field of the interface is no tensor
grad((x: { readonly layer: Layer; readonly act: (x: Vec) => Vec }) => loss(x.layer.weight));
// @ts-expect-error: factors where the hidden width is meant
grad(loss)(embedding);
// @ts-expect-error: a vector is no matrix
grad(loss)(factors);
// @ts-expect-error: an unknown rank must be told by as()
grad(loss)(unknownRank);
// @ts-expect-error: the function gives a vector: its sum or mean, or its jacobian
grad((x: Vec<3>) => x.mul(2));
// @ts-expect-error: the function gives a number
grad((x: Vec<3>) => sum(x).item());
// @ts-expect-error: the argument is a number, which has no gradient
grad((x: number) => scalar(x));
// @ts-expect-error: the argument holds a number beside its tensor
grad((x: { readonly a: Vec<3>; readonly rate: number }) => sum(x.a).mul(x.rate));
// @ts-expect-error: the further argument is missing
scaled(factors);
// @ts-expect-error: the gradient is that of the hidden width
const wrongGradient: Vec<Factors> = grad((x: Vec<Hidden>) => sum(x))(factors);

// valueAndGrad: gradients in the places of the parameters.
const found = valueAndGrad(() => loss(weight), [weight, factors]);
same<typeof found.value, Scalar>(true);
same<(typeof found.grads)[0], Mat<Hidden, Factors>>(true);
same<(typeof found.grads)[1], Vec<Factors>>(true);
const named = valueAndGrad(() => ({ loss: loss(weight), accuracy: 0.5 }), { weight, bias: factors });
same<typeof named.grads.weight, Mat<Hidden, Factors>>(true);
same<typeof named.aux.accuracy, number>(true);
same<ReturnType<typeof byModel>["grads"], { readonly [K in keyof Model]: Model[K] }>(true);
const byModel = () => valueAndGrad(() => model.scale, model);
// @ts-expect-error: there are two gradients
found.grads[2];
// @ts-expect-error: no parameter has that name
named.grads.scale;
// @ts-expect-error: the loss is a vector
valueAndGrad(() => factors, [factors]);
// @ts-expect-error: an object without a loss
valueAndGrad(() => ({ cost: loss(weight) }), [weight]);
// @ts-expect-error: a promise is no loss
valueAndGrad(async () => loss(weight), [weight]);
// @ts-expect-error: a number is no parameter
valueAndGrad(() => loss(weight), [weight, 1]);

// vjp, jvp: cotangents have the type of the value, tangents that of the argument.
const [product, pullBack] = vjp((w: Mat<Hidden, Factors>) => matmul(embedding, w), weight);
same<typeof product, Mat<Stocks, Factors>>(true);
same<ReturnType<typeof pullBack>, Mat<Hidden, Factors>>(true);
pullBack(product);
const [, pullModel] = vjp((x: Model): Layer => x.layers[0], model);
same<typeof pullModel, (cotangent: Layer) => Model>(true);
// @ts-expect-error: the cotangent is of the value's type, not of the argument's
pullBack(weight);
const [, moved] = jvp((w: Mat<Hidden, Factors>) => matmul(embedding, w), weight, weight);
same<typeof moved, Mat<Stocks, Factors>>(true);
// @ts-expect-error: the tangent is of the argument's type
jvp((w: Mat<Hidden, Factors>) => matmul(embedding, w), weight, embedding);
// @ts-expect-error: the argument of the function is a vector
vjp((x: Vec<Stocks>) => x, embedding);

// hvp, jacobian, hessian: dimensions of the value, then those of the argument.
const bent = hvp(loss, weight, weight);
same<typeof bent, Mat<Hidden, Factors>>(true);
const rows = jacobian((x: Vec<Hidden>) => matmul(embedding, x.reshape([20 as Hidden, 1])).sum(1));
same<ReturnType<typeof rows>, Mat<Stocks, Hidden>>(true);
const blocks = jacobian((x: { readonly a: Vec<3>; readonly b: Mat<2, 4> }) => ({ total: sum(x.a), same: x.a }));
same<ReturnType<typeof blocks>["total"]["b"], Mat<2, 4>>(true);
same<ReturnType<typeof blocks>["same"]["b"], Cube<3, 2, 4>>(true);
const bowl = hessian((x: Vec<Factors>) => sum(x.mul(x)));
same<ReturnType<typeof bowl>, Mat<Factors, Factors>>(true);
// @ts-expect-error: the vector is of the argument's type
hvp(loss, weight, factors);
// @ts-expect-error: the function gives a vector
hessian((x: Vec<Factors>) => x);
// @ts-expect-error: rows are stocks
const wrongRows: Mat<Hidden, Stocks> = rows(factors);

// stopGradient, customVjp, checkpoint: types pass through.
same<ReturnType<typeof stopped>, Mat<Hidden, Factors>>(true);
const stopped = () => stopGradient(weight);
declare const scalarRule: (x: Vec<Factors>, value: Scalar, cotangent: Scalar) => Scalar;
const gentle = customVjp(
  (x: Vec<Factors>) => sum(x),
  (x, value, cotangent) => x.mul(value).mul(cotangent),
);
same<ReturnType<typeof gentle>, Scalar>(true);
const frugal = checkpoint((x: Mat<Stocks, Hidden>, scale: number) => sum(x, 1).mul(scale));
same<Parameters<typeof frugal>, [x: Mat<Stocks, Hidden>, scale: number]>(true);
same<ReturnType<typeof frugal>, Vec<Stocks>>(true);
// @ts-expect-error: the rule is missing
customVjp((x: Vec<Factors>) => sum(x));
// @ts-expect-error: the rule gives a scalar, where the argument is a vector
customVjp((x: Vec<Factors>) => sum(x), scalarRule);
// @ts-expect-error: hidden where stocks are meant
gentle(returns);
// @ts-expect-error: a number has no derivative to stop
stopGradient(1);

// gradcheck: any number of inputs.
gradcheck((x: Vec<Stocks>) => sum(x), [returns], { key: key(1) });
gradcheck((x: Mat<Stocks, Hidden>, w: Mat<Hidden, Factors>) => matmul(x, w), [embedding, weight], { key: key(1) });
gradcheck((x: Tensor, w: Tensor) => mul(x, w), [unknownRank, unknownRank], { key: key(1), order: 1 });
gradcheck(({ layers: [{ weight }] }: Model, x: Mat<Stocks, Hidden>) => matmul(x, weight), [model, embedding], {
  key: key(1),
});
// @ts-expect-error: the inputs in the wrong order
gradcheck((x: Mat<Stocks, Hidden>, w: Mat<Hidden, Factors>) => matmul(x, w), [weight, embedding], { key: key(1) });
// @ts-expect-error: there is no third order
gradcheck((x: Vec<Stocks>) => sum(x), [returns], { key: key(1), order: 3 });
// @ts-expect-error: directions are random: a key is needed
gradcheck((x: Vec<Stocks>) => sum(x), [returns], {});

export { wrongGradient, wrongRows };
