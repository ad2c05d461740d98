import { formatShape, type Tensor } from "@factorvae/tensor";

/**
 * Checks the elements of a tensor.
 *
 * @throws RangeError that names the first element for which `isFine` does not hold, and its place.
 */
export function checkEach(
  operation: string,
  name: string,
  x: Tensor,
  rule: string,
  isFine: (value: number) => boolean,
): void {
  const { data } = x;
  const at = data.findIndex((value: number) => !isFine(value));
  if (at >= 0)
    throw new RangeError(
      `${operation}: ${name} must be ${rule}, not ${data[at]} (element ${at} of ${formatShape(x.shape)})`,
    );
}
