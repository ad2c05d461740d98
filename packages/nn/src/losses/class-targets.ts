import { formatShape, type Indices, type Mat, type Shape, ShapeError, Tensor, tensor } from "@factorvae/tensor";
import { checkOptions } from "../options.js";

/** How classes count. */
export interface CrossEntropyOptions {
  /** What each class counts, finite and at least 0 (default 1 each): the mean is divided by what the rows count together. */
  readonly weights?: ArrayLike<number>;
  /** Rows of this class do not count: their loss is 0, and the mean leaves them out. It may be no class at all, such as -1. */
  readonly ignore?: number;
  /** The share of each row's probability that is spread evenly over all classes, in [0, 1) (default 0). */
  readonly smoothing?: number;
}

/** What the classes of `R` rows of `K` logits ask of a cross entropy. */
export interface ClassTargets {
  /** Where the logit of each row's class stands among all logits; that of an ignored row may be any. */
  readonly places: readonly number[];
  /** What each row counts: the weight of its class, or 0. */
  readonly counts: readonly number[];
  /** With smoothing, what each class of each row has of it: `[R, K]`. */
  readonly spread: Mat | undefined;
}

/**
 * The classes of rows, by how they count.
 *
 * @throws ShapeError if there is not one class for each row, or not one weight for each class.
 * @throws RangeError that names the row, if a class is no whole number below K, or if an option is out of range.
 * @throws TypeError that names an option which is unknown.
 */
export function classTargets(
  classes: Indices,
  shape: readonly [number, number],
  options: CrossEntropyOptions,
): ClassTargets {
  checkOptions("crossEntropy", options, ["weights", "ignore", "smoothing"]);
  const { weights: given, ignore, smoothing = 0 } = options;
  const count = shape[1];
  if (!(smoothing >= 0 && smoothing < 1))
    throw new RangeError(`crossEntropy: smoothing must be in [0, 1), not ${smoothing}`);
  const weights = weightsOf(count, given);
  const chosen = chosenOf(classes, shape, ignore);
  const shares = weights.map((weight) => (weight * smoothing) / count);
  const nothing = shares.map(() => 0);
  const spread = (): Mat =>
    tensor(
      chosen.flatMap((index) => (index === ignore ? nothing : shares)),
      shape,
    );
  return {
    places: chosen.map((index, row) => row * count + (index === ignore ? 0 : index)),
    counts: chosen.map((index) => (index === ignore ? 0 : weights[index])),
    spread: smoothing > 0 ? spread() : undefined,
  };
}

/** What each class counts. */
function weightsOf(count: number, weights: ArrayLike<number> | undefined): readonly number[] {
  if (!weights) return new Array<number>(count).fill(1);
  if (weights.length !== count)
    throw new ShapeError("crossEntropy", `${count} classes need as many weights, not ${weights.length}`, [[count]]);
  return Array.from(weights, (weight, index) => {
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
      throw new RangeError(`crossEntropy: the weight of class ${index} must be finite and at least 0, not ${weight}`);
    return weight;
  });
}

/** What was meant by classes of this shape, where one can tell. */
function repairOf(shape: Shape, rows: number, count: number): string {
  if (shape.reduce((size, length) => size * length, 1) === rows) return `; did you mean reshape(classes, [${rows}])?`;
  const isOfLogits = shape.length === 2 && shape[0] === rows && shape[1] === count;
  return isOfLogits ? "; did you mean crossEntropyOfProbabilities?" : "";
}

/** The class of each row. */
function chosenOf(classes: Indices, [rows, count]: readonly [number, number], ignore?: number): readonly number[] {
  const shape: Shape = classes instanceof Tensor ? classes.shape : [classes.length];
  if (shape.length !== 1)
    throw new ShapeError(
      "crossEntropy",
      `classes must be [${rows}], not ${formatShape(shape)}${repairOf(shape, rows, count)}`,
      [shape],
    );
  if (shape[0] !== rows)
    throw new ShapeError("crossEntropy", `${rows} rows need as many classes, not ${shape[0]}`, [[rows, count], shape]);
  return Array.from<number>(classes instanceof Tensor ? classes.data : classes).map((index, row) => {
    if (index !== ignore && !(Number.isInteger(index) && index >= 0 && index < count))
      throw new RangeError(`crossEntropy: the class of row ${row} must be a whole number below ${count}, not ${index}`);
    return index;
  });
}
