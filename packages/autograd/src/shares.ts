import { expand, formatShape, ShapeError, sameShape, scalar, sumTo, type Tensor } from "@factorvae/tensor";

/** Whether a tensor has received anything. */
export const isPresent = (gradient: Tensor | undefined): gradient is Tensor => gradient !== undefined;

/** What each output of an operation received: zeros where it is nothing. */
export const whole = (outputs: readonly Tensor[], gradients: readonly (Tensor | undefined)[]): readonly Tensor[] =>
  gradients.every(isPresent)
    ? gradients
    : gradients.map((gradient, at) => gradient ?? expand(scalar(0), outputs[at].shape));

/** What an input receives of the share that a rule gave: the sum over its copies, where it was broadcast. */
export function shareOf(operation: string, share: Tensor, inputs: readonly Tensor[], at: number): Tensor {
  const { shape } = inputs[at];
  try {
    return sumTo(share, shape);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const rule = `its rule gave ${formatShape(share.shape)} for input ${at}, which is ${formatShape(shape)}`;
    throw new ShapeError(operation, rule, [share.shape, shape]);
  }
}

/** A cotangent for each output, of its shape. */
export function checkCotangents(outputs: readonly Tensor[], cotangents: readonly Tensor[]): void {
  if (cotangents.length !== outputs.length)
    throw new TypeError(`pullBack: ${outputs.length} outputs need as many cotangents, not ${cotangents.length}`);
  outputs.forEach(({ shape }, at) => {
    const given = cotangents[at].shape;
    if (!sameShape(given, shape))
      throw new ShapeError(
        "pullBack",
        `cotangent ${at} is ${formatShape(given)}, and its output ${formatShape(shape)}`,
        [given, shape],
      );
  });
}
