import { elementwise } from "../elementwise.js";
import { type Expression, literal } from "../formula.js";

type E = Expression;

/** From here on `exp(x) / (1 + exp(x))` is 1, in double precision too. */
const saturated = 40;

/** `1 / (1 + exp(-x))`, as `exp(x) / (1 + exp(x))`: small results keep their digits, and no exponential overflows. */
export const sigmoid = elementwise(
  "sigmoid",
  (x: E) => {
    const odds = x.min(saturated).exp();
    return odds.div(odds.add(1));
  },
  { d: [(_, output) => output.mul(literal(1).sub(output))] },
);

/** `log(1 + exp(x))`, without overflow and exact for very negative x. */
export const softplus = elementwise("softplus", (x: E) => x.max(0).add(x.abs().neg().exp().log1p()), {
  d: [(x) => sigmoid(x)],
});

/** `max(x, 0)`; its derivative at 0 is 0. */
export const relu = elementwise("relu", (x: E) => x.max(0), { d: [(x) => x.gt(0)] });

/** x where it is positive, `slope * x` elsewhere; its derivative at 0 is `slope`. */
export const leakyRelu = elementwise("leakyRelu", (x: E, slope: E) => x.gt(0).select(x, x.mul(slope)));
