import {
  assign,
  grad,
  key,
  type Mat,
  mean,
  normal,
  type Scalar,
  tensor,
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

const buffer = zeros([2, 3]);
const row = buffer.slice(0, 0, 1);
assign(row, tensor([7, 8, 9], [1, 3])); // the only way to write in place; every view sees it
export const written = buffer.toArray(); // [[7, 8, 9], [0, 0, 0]]
