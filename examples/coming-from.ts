import {
  assign,
  concatenate,
  elementwise,
  erf,
  eye,
  grad,
  key,
  type Mat,
  mean,
  normal,
  pow,
  type Scalar,
  sigmoid,
  solve,
  sort,
  tensor,
  type Vec,
  valueAndGrad,
  variance,
  zeros,
} from "@factorvae/autograd";
import { Linear, parameters, sgd, squaredError } from "@factorvae/nn";

// No requires_grad, backward(), .grad, zero_grad() or no_grad(): gradients are results.
const [x, y] = [normal(key(1), [16, 3]), normal(key(2), [16, 1])]; // a key for each draw, and no global seed
const layer = new Linear(3, 1, key(3));
const weights = parameters(layer);
const optimizer = sgd(weights, { lr: 0.1 });
export const losses = Array.from({ length: 10 }, () => {
  const { value, grads } = valueAndGrad(() => squaredError(layer.forward(x), y), weights);
  optimizer.step(grads); // after the gradients are taken: within the function it would be an error
  return value.item(); // outside of the function: .item() and .data leave the tape
});

const loss = (weight: Mat<3, 1>): Scalar => mean(x.matmul(weight).sub(y).square());
export const slope = grad(loss)(zeros([3, 1])); // jax.grad(loss)(np.zeros((3, 1)))

const table = tensor([1, 2, 3, 4, 5, 9], [2, 3]);
export const total = table.sum(); // of everything, a tensor without axes
export const columns = table.sum(0); // [5, 7, 12]: axis 0 goes
export const shares = table.div(table.sum(1, true)); // keepdim
export const spread = variance(table, 1); // [2/3, 14/3]: by the count, as NumPy; PyTorch's divides by one less
export const unbiased = variance(table, 1, false, 1); // [1, 7]
export const middle = table.slice(1, 1, 2); // table[:, 1:2], a view: axis, start, end

const points = tensor([1, 4], [2]);
export const gaps = points.reshape([2, 1]).expand([2, 2]).sub(points); // points[:, None] - points[None, :]

const buffer = zeros([2, 3]);
const row = buffer.slice(0, 0, 1);
assign(row, tensor([7, 8, 9], [1, 3])); // writes in place, and every view sees it; .data is for reading
export const written = buffer.toArray(); // [[7, 8, 9], [0, 0, 0]]

const gelu = elementwise("gelu", (x) => x.mul(erf(x.mul(Math.SQRT1_2)).add(1)).mul(0.5));
const silu = elementwise("silu", (x) => x.mul(sigmoid(x)));
const round = elementwise("round", (x) => x.floor().add(x.sub(x.floor()).ge(0.5))); // halves upwards; torch's go to even
const ceil = elementwise("ceil", (x) => x.neg().floor().neg());
const tan = elementwise("tan", (x) => x.sin().div(x.cos()));
const isNan = elementwise("isNan", (x) => x.eq(x).not());

const some: Vec<3> = tensor([-0.6, 0.5, 2], [3]);
export const made = [gelu, silu, round, ceil, tan, isNan].map((operation) => operation(some));
export const reciprocalRoot = pow(some, -0.5); // torch.rsqrt
export const median = sort(some, 0).slice(0, 1, 2); // of an even number of elements torch takes the lower of the middle ones
export const tiled = concatenate([some, some], 0);
export const inverse = solve(tensor([2, 0, 0, 4], [2, 2]), eye(2)); // better solve(a, b) than inverse(a) times b
