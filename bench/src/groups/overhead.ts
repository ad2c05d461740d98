import { key, normal, type Tensor, valueAndGrad } from "@factorvae/autograd";
import { type Group, microsecondsPerOperation, type Row } from "../group.js";

const length = 1000;

function rows(): Row[] {
  const x = normal(key(1), [64]);
  const y = normal(key(2), [64]);
  const chain = (start: Tensor<readonly [64]>): Tensor<readonly [64]> => {
    let value = start;
    for (let at = 0; at < length; at++) value = value.add(y);
    return value;
  };
  return [
    { name: "forward", amount: length, run: () => chain(x).data },
    {
      name: "forward and backward",
      amount: length,
      run: () => valueAndGrad(() => chain(x).sum(), [x]).grads[0].data,
    },
  ];
}

/** What an operation costs whatever it computes. */
export const overheadGroup: Group = {
  name: "overhead",
  about: "A chain of 1,000 additions of 64 elements: nearly all of it is the cost of calling an operation.",
  unit: microsecondsPerOperation,
  rows,
};
