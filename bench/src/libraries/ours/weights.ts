import { type Tensor, tensor } from "@factorvae/autograd";
import { loadStateDict, stateDict } from "@factorvae/nn";
import { values } from "../../values.js";

/** Gives every parameter of a module the values that belong to its name; queries are as large as a normal draw. */
export function setWeights(module: object, hidden: number): void {
  const bound = (name: string): number => (name.endsWith("query") ? 1 : 1 / Math.sqrt(hidden));
  const known = Object.entries(stateDict(module)).map(([name, { shape, size }]): [string, Tensor] => [
    name,
    tensor(values(name, size, bound(name)), shape),
  ]);
  loadStateDict(module, Object.fromEntries(known));
}
