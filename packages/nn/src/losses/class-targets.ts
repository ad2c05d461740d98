import {
  apply,
  formatShape,
  type Indices,
  indices,
  type Op,
  type Shape,
  ShapeError,
  Tensor,
  tensor,
  type Vec,
} from "@factorvae/tensor";
import { described } from "../operand.js";
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
  /** The class of each row, of type int32; 0 if it is ignored. */
  readonly classes: Vec;
  /** What each class counts, `[K]`; absent where each counts 1. */
  readonly weights: Vec | undefined;
  /** Where any row is ignored, 1 for each that is not: `[R]`. */
  readonly kept: Vec | undefined;
  readonly smoothing: number;
}

/**
 * The classes of rows, by how they count.
 *
 * @throws ShapeError if there is not one class for each row, or not one weight for each class.
 * @throws RangeError that names the row, if a class is no whole number below K, or if an option is out of range.
 * @throws TypeError that names an option which is unknown, or if the classes or the weights are no list of numbers.
 */
export function classTargets(
  classes: Indices,
  shape: readonly [number, number],
  options: CrossEntropyOptions,
): ClassTargets {
  checkOptions("crossEntropy", options, ["weights", "ignore", "smoothing"]);
  const { ignore, weights, smoothing = 0 } = options;
  if (!(smoothing >= 0 && smoothing < 1))
    throw new RangeError(`crossEntropy: smoothing must be in [0, 1), not ${smoothing}`);
  const chosen = chosenOf(classes, shape, ignore);
  return {
    classes: indices(chosen.map((index) => (index === ignore ? 0 : index))).as([chosen.length]),
    weights: weights === undefined ? undefined : weightsOf(shape[1], weights),
    kept:
      ignore !== undefined && chosen.includes(ignore)
        ? tensor(
            chosen.map((index) => (index === ignore ? 0 : 1)),
            [chosen.length],
          )
        : undefined,
    smoothing,
  };
}

/** The shape of numbers in a list or a tensor. */
function shapeOf(name: string, given: Tensor | ArrayLike<number>): Shape {
  if (given instanceof Tensor) return given.shape;
  if (typeof given === "object" && given !== null && typeof given.length === "number") return [given.length];
  throw new TypeError(`crossEntropy: ${name} must be a list of numbers or a tensor, not ${described(given)}`);
}

/** The weights themselves, by a name for the derivative that is refused: an operation is seen by whoever differentiates. */
const weightsOp: Op<undefined> = {
  name: "crossEntropy.weights",
  shape: (shapes) => shapes,
  forward: (_, weights) => weights,
  vjp: { none: "weights of classes are constants, as PyTorch's; give their data" },
};

/** What each class counts. */
function weightsOf(count: number, given: Vec | ArrayLike<number>): Vec {
  const shape = shapeOf("weights", given);
  if (shape.length !== 1 || shape[0] !== count)
    throw new ShapeError("crossEntropy", `weights must be [${count}], one a class, not ${formatShape(shape)}`, [shape]);
  const values = Array.from<number>(given instanceof Tensor ? given.data : given);
  values.forEach((weight, index) => {
    if (!(Number.isFinite(weight) && weight >= 0))
      throw new RangeError(
        `crossEntropy: the weight of class ${index} must be finite and at least 0, not ${described(weight)}`,
      );
  });
  const weights = given instanceof Tensor ? given : tensor(values, [count]);
  return apply(weightsOp, [weights], undefined)[0].as([count]);
}

/** What was meant by classes of this shape, where one can tell. */
function repairOf(shape: Shape, rows: number, count: number): string {
  if (shape.reduce((size, length) => size * length, 1) === rows) return `; did you mean reshape(classes, [${rows}])?`;
  const isOfLogits = shape.length === 2 && shape[0] === rows && shape[1] === count;
  return isOfLogits ? "; did you mean crossEntropyOfProbabilities?" : "";
}

/** The class of each row. */
function chosenOf(classes: Indices, [rows, count]: readonly [number, number], ignore?: number): readonly number[] {
  const shape = shapeOf("classes", classes);
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
  if (wrong >= 0) {
    const found: unknown = chosen[wrong];
    const repair =
      typeof found === "string" || typeof found === "bigint" ? "; did you mean Array.from(classes, Number)?" : "";
    const rule = `the class of row ${wrong} must be a whole number below ${count}`;
    throw new RangeError(`crossEntropy: ${rule}, not ${described(found)}${repair}`);
  }
  return chosen;
}
