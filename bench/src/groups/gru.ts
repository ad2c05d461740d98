import { key, normal, valueAndGrad } from "@factorvae/autograd";
import { GRU, parameters } from "@factorvae/nn";
import { type Group, milliseconds, type Row } from "../group.js";

const steps = 20;

function rowsFor(stocks: number, hidden: number): Row[] {
  const gru = new GRU(hidden, hidden, key(1));
  const x = normal(key(2), [stocks, steps, hidden]);
  const weights = parameters(gru);
  const forward = () => gru.forward(x);
  const size = `N = ${stocks}, H = ${hidden}`;
  return [
    { name: `forward, ${size}`, amount: 1, run: () => forward().data },
    {
      name: `forward and backward, ${size}`,
      amount: 1,
      run: () => valueAndGrad(() => forward().square().mean(), weights).grads[0].data,
    },
  ];
}

/** The recurrent unit over 20 steps. */
export const gruGroup: Group = {
  name: "gru",
  about: "A GRU over 20 steps of N rows, as wide as its input.",
  unit: milliseconds,
  rows: () => [...rowsFor(300, 20), ...rowsFor(300, 64)],
};
