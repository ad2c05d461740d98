import {
  type Expression,
  elementwise,
  key,
  type Mat,
  matmul,
  type Named,
  normal,
  scope,
  softmax,
  tensor,
} from "@factorvae/tensor";

type Stocks = Named<"Stocks">;
type Factors = Named<"Factors">;

const exposures: Mat<Stocks, Factors> = normal(key(7), [300 as Stocks, 5 as Factors]);
const premia = tensor([0.1, 0.2, 0, -0.1, 0.3], [5 as Factors, 1]);
export const expected = matmul(exposures, premia).sum(1); // [300]; matmul(premia, exposures) does not compile

const swish = elementwise("swish", (x: Expression) => x.div(x.neg().exp().add(1)));
export const weights = softmax(swish(expected).mul(4), 0); // kernels and derivatives come from the formula
export const concentration = weights.square().sum().item();
export const centred = exposures.sub(exposures.mean(0)); // [5] broadcasts to [300, 5]; a view is never copied
export const covariance = centred.t().matmul(centred).div(300);

export const spread = scope(() => centred.square().mean().sqrt()); // what it makes on the way is freed
