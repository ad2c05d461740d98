import { backend, DeadTensorError, formatShape, recorders, ShapeError, sameShape, Tensor } from "@factorvae/tensor";
import { described } from "../operand.js";
import type { StateDict } from "../state-dict.js";
import { shareMemory } from "./share-memory.js";

/** Something that improves parameters, in place, step by step. */
export interface Optimizer {
  /**
   * One step down the gradients, which come in the order of the parameters; `lr` replaces the learning rate for this
   * step. All gradients, parameters and its memory are checked before any parameter is written.
   *
   * @throws RangeError if there are not as many gradients as parameters, or `lr` is negative or not finite.
   * @throws ShapeError if a gradient has not the shape of its parameter.
   * @throws TypeError if the gradients are no array of tensors, an option is unknown, or a gradient, a parameter or a
   *   part of its memory is float64 outside reference64.
   * @throws DeadTensorError if the scope of one has ended.
   * @throws Error if a parameter is being differentiated.
   */
  readonly step: (grads: readonly Tensor[], options?: { readonly lr?: number }) => void;
  /** Copies of all that the next step depends on beside parameters, gradients and settings. */
  readonly stateDict: () => Record<string, Tensor>;
  /**
   * Takes up where the optimizer that made this state was: the following steps give the same bits.
   *
   * @throws StateDictError if the names or shapes are not those of `stateDict()`; nothing is changed then.
   * @throws RangeError that names what no optimizer can remember: a step that is no count, a mean of squares below 0.
   */
  readonly loadStateDict: (state: StateDict) => void;
  /** What it remembers, itself: to be pinned with the parameters for the length of a loop. */
  readonly memory: () => readonly Tensor[];
  /** Gives up the state. Any later use throws. */
  readonly release: () => void;
}

const repairs = { parameters: "parameters(module)", gradients: "its grads" } as const;

/**
 * Checks that a list is one of tensors.
 *
 * @throws TypeError that says what it is instead, or names the first element which is no tensor.
 */
export function checkTensors(operation: string, name: keyof typeof repairs, list: readonly Tensor[]): void {
  if (!Array.isArray(list))
    throw new TypeError(
      `${operation}: ${name} must be an array of tensors, not ${described(list)}; did you mean ${repairs[name]}?`,
    );
  const at = list.findIndex((each) => !(each instanceof Tensor));
  if (at >= 0) throw new TypeError(`${operation}: ${name} must be tensors, but ${at} is ${described(list[at])}`);
}

/**
 * Checks what an optimizer is to improve.
 *
 * @throws TypeError if it is no array of tensors, or names one which holds indices.
 * @throws RangeError if there is none, or names one which is there twice, is an expanded view, or shares memory with another.
 */
export function checkParameters(optimizer: string, params: readonly Tensor[]): void {
  checkTensors(optimizer, "parameters", params);
  if (params.length === 0)
    throw new RangeError(
      `${optimizer}: there is no parameter, so that nothing would be trained; parameters(module) finds neither #private fields nor what a function holds`,
    );
  params.forEach((parameter, at) => {
    if (parameter.dtype === "int32")
      throw new TypeError(
        `${optimizer}: parameter ${at}, ${formatShape(parameter.shape)}, holds indices, which cannot move; leave it out`,
      );
    if (
      parameter.size > 0 &&
      parameter.layout.strides.some((stride, axis) => stride === 0 && parameter.shape[axis] > 1)
    )
      throw new RangeError(
        `${optimizer}: parameter ${at}, ${formatShape(parameter.shape)}, is an expanded view, whose elements share memory; make it a tensor of its own: parameter(x)`,
      );
    const first = params.findIndex((other) => other === parameter || shareMemory(other, parameter));
    if (first === at) return;
    throw new RangeError(
      `${optimizer}: parameter ${at}, ${formatShape(parameter.shape)}, ${
        params[first] === parameter
          ? `is parameter ${first} again; it would be moved twice`
          : `shares memory with parameter ${first} or is interleaved with it; make each a tensor of its own: parameter(x)`
      }`,
    );
  });
}

/**
 * Checks that tensors can be read by the kernels of now.
 *
 * @throws DeadTensorError if the scope of one has ended.
 * @throws TypeError that names the first which is float64 outside reference64.
 */
export function checkReadable(optimizer: string, name: string, list: readonly Tensor[]): void {
  const { float } = backend();
  list.forEach(({ storage, dtype, shape }, at) => {
    if (storage.isDead) throw new DeadTensorError(`${optimizer}: ${name}`, at, shape);
    if (dtype === "float64" && float !== dtype)
      throw new TypeError(
        `${optimizer}: ${name}: ${at}, ${formatShape(shape)}, is float64, which only reference64 can use; make it float32 first`,
      );
  });
}

/**
 * Checks that parameters can be read and overwritten now: all of them, before the first is.
 *
 * @throws DeadTensorError if the scope of one has ended.
 * @throws TypeError that names the first which is float64 outside reference64.
 * @throws Error if one is being differentiated.
 */
export function checkWritable(optimizer: string, params: readonly Tensor[]): void {
  checkReadable(optimizer, "parameters", params);
  for (const recorder of recorders()) for (const parameter of params) recorder.overwrite?.(optimizer, parameter, []);
}

/**
 * Checks that there is one gradient per parameter, of its shape, which can be read now.
 *
 * @throws TypeError if they are no array of tensors, or one is float64 outside reference64.
 * @throws RangeError if there are more or fewer.
 * @throws ShapeError that names the first which has another shape.
 * @throws DeadTensorError if the scope of one has ended.
 */
export function checkGradients(optimizer: string, params: readonly Tensor[], grads: readonly Tensor[]): void {
  checkTensors(optimizer, "gradients", grads);
  if (grads.length !== params.length)
    throw new RangeError(`${optimizer}: ${params.length} parameters need as many gradients, not ${grads.length}`);
  params.forEach((parameter, at) => {
    const [wanted, found] = [parameter.shape, grads[at].shape];
    if (!sameShape(wanted, found))
      throw new ShapeError(
        optimizer,
        `gradient ${at} is ${formatShape(found)}, but its parameter is ${formatShape(wanted)}`,
        [found, wanted],
      );
  });
  checkReadable(optimizer, "gradients", grads);
}
