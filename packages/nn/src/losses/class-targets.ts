import {
  formatShape,
  type Indices,
  type Mat,
  recorders,
  type Shape,
  ShapeError,
  Tensor,
  tensor,
  type Vec,
} from "@factorvae/tensor";
import { checkOptions } from "../options.js";

/** How classes count. */
export interface CrossEntropyOptions {
  /** What each class counts, finite and at least 0 (default 1 each): the mean is divided by what the rows count together. */
  readonly weights?: Vec | ArrayLike<number>;
  /**
   * Rows of this class do not count, whatever their logits: their loss is 0, and the mean leaves them out. It may be no class
   * at all, such as -1.
   */
  readonly ignore?: number;
  /** The share of each row's probability that is spread evenly over all classes, in [0, 1) (default 0). */
  readonly smoothing?: number;
}

/** What the classes of `R` rows of `K` logits ask of a cross entropy. */
export interface ClassTargets {
  /** The class of each row; 0 if it is ignored. */
  readonly classes: readonly number[];
  /** What each row counts, the weight of its class, or 0; absent where each counts 1. */
  readonly counts: readonly number[] | undefined;
  /** Where any row is ignored, 1 for each that is not: `[R, 1]`. */
  readonly kept: Mat | undefined;
  /** With smoothing, what each class of each row has of it: `[R, K]`. */
  readonly spread: Mat | undefined;
}

/**
 * The classes of rows, by how they count.
 *
 * @throws ShapeError if there is not one class for each row, or not one weight for each class.
 * @throws RangeError that names the row, if a class is no whole number below K, or if an option is out of range.
 * @throws TypeError that names an option which is unknown, or if the weights are no list of numbers.
 * @throws Error if the weights are being differentiated.
 */
export function classTargets(
  classes: Indices,
  shape: readonly [number, number],
  options: CrossEntropyOptions,
): ClassTargets {
  checkOptions("crossEntropy", options, ["weights", "ignore", "smoothing"]);
  const { ignore, smoothing = 0 } = options;
  const [rows, count] = shape;
  if (!(smoothing >= 0 && smoothing < 1))
    throw new RangeError(`crossEntropy: smoothing must be in [0, 1), not ${smoothing}`);
  const weights = options.weights === undefined ? undefined : weightsOf(count, options.weights);
  const chosen = chosenOf(classes, shape, ignore);
  const isIgnored = ignore !== undefined && chosen.includes(ignore);
  const spread = (): Mat => {
    const shares = Array.from({ length: count }, (_, index) => ((weights?.[index] ?? 1) * smoothing) / count);
    const nothing = shares.map(() => 0);
    return tensor(
      chosen.flatMap((index) => (index === ignore ? nothing : shares)),
      shape,
    );
  };
  return {
    classes: isIgnored ? chosen.map((index) => (index === ignore ? 0 : index)) : chosen,
    counts: weights || isIgnored ? chosen.map((index) => (index === ignore ? 0 : (weights?.[index] ?? 1))) : undefined,
    kept: isIgnored
      ? tensor(
          chosen.map((index) => (index === ignore ? 0 : 1)),
          [rows, 1],
        )
      : undefined,
    spread: smoothing > 0 ? spread() : undefined,
  };
}

/** What each class counts. */
function weightsOf(count: number, weights: Vec | ArrayLike<number>): readonly number[] {
  if (weights instanceof Tensor && recorders().some((recorder) => recorder.follows([weights])))
    throw new Error("crossEntropy: the weights are being differentiated, but have no derivative; give their data");
  if (!(typeof weights === "object" && weights !== null && (weights instanceof Tensor || "length" in weights)))
    throw new TypeError(`crossEntropy: weights must be a list of numbers or a tensor, not ${weights}`);
  const shape: Shape = weights instanceof Tensor ? weights.shape : [weights.length];
  if (shape.length !== 1 || shape[0] !== count)
    throw new ShapeError("crossEntropy", `weights must be [${count}], one a class, not ${formatShape(shape)}`, [shape]);
  const values = Array.from<number>(weights instanceof Tensor ? weights.data : weights);
  values.forEach((weight, index) => {
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
      throw new RangeError(`crossEntropy: the weight of class ${index} must be finite and at least 0, not ${weight}`);
  });
  return values;
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
  const chosen = Array.from<number>(classes instanceof Tensor ? classes.data : classes);
  const wrong = chosen.findIndex(
    (index) => index !== ignore && !(Number.isInteger(index) && index >= 0 && index < count),
  );
  if (wrong >= 0)
    throw new RangeError(
      `crossEntropy: the class of row ${wrong} must be a whole number below ${count}, not ${chosen[wrong]}`,
    );
  return chosen;
}
