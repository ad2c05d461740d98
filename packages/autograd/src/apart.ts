import { isTraced, mul, type Shape, type Tensor, zeros } from "@factorvae/tensor";
import { isSpared } from "./ledger.js";

/**
 * The gradient by each source, zeros where none was found, and each in memory of its own, so that one may be overwritten: no view
 * that others share, nothing that a rule did not make, nor memory of `others`. As they are where a tape follows, which does not let
 * them be overwritten.
 */
export function separated(
  sources: readonly Tensor[],
  found: readonly (Tensor | undefined)[],
  others: readonly Tensor[] = [],
): readonly Tensor[] {
  const gradients = sources.map((source, at) => found[at] ?? zeros(source.shape));
  if (isTraced()) return gradients;
  const taken = new Set(others.map(({ storage }) => storage));
  return gradients.map((gradient) => {
    const { storage, size } = gradient;
    const isOwn = !taken.has(storage) && !isSpared(storage) && storage.length === size;
    taken.add(storage);
    return isOwn ? gradient : mul(gradient, 1);
  });
}

/** A value in memory of its own where it is one of the sources or a view of it, which may be overwritten one day. */
export const apartFrom = <S extends Shape>(sources: readonly Tensor[], value: Tensor<S>): Tensor<S> =>
  sources.some(({ storage }) => storage === value.storage) ? mul(value, 1) : value;
