import { pinned, scope, type Tensor } from "@factorvae/autograd";
import { sumOf, type Timed } from "../../case.js";
import type { Place } from "../../groups/group.js";

/** A case of one operation: operands and results on the heap, or in linear memory within a scope. */
export function placed(place: Place, operands: readonly Tensor[], compute: () => Tensor): Timed {
  const check = () => sumOf(compute().data);
  if (place === "heap") return { run: () => compute().data[0], check };
  return { run: () => scope(() => compute().storage.values[0]), check, around: (turn) => pinned(operands, turn) };
}
