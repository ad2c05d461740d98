import { backendFor } from "./backend/current.js";
import { OutOfMemoryError } from "./backend/errors.js";
import { currentScope, scoped } from "./backend/scopes.js";
import { markWritten } from "./clock.js";
import type { FormulaOp } from "./formula-op.js";
import { contiguous } from "./layout.js";
import { checkTensor } from "./operand.js";
import { formatShape, type Shape, ShapeError, sameShape } from "./shape.js";
import type { Tensor } from "./tensor.js";
import { announceWrite } from "./tracer.js";

/**
 * Overwrites the elements of a tensor, in place: what optimizers do to parameters. All views of it change.
 *
 * @throws ShapeError if the shapes differ.
 * @throws ShapeError if several elements of the target share a place in memory (an expanded axis).
 * @throws TypeError if one holds indices and the other does not.
 * @throws TypeError if one is float64 outside reference64.
 * @throws TypeError if one is no tensor.
 * @throws Error if the target is being differentiated.
 */
export function assign<S extends Shape>(target: Tensor<S>, source: Tensor<NoInfer<S>>): void {
  checkTensor("assign", target, "the target");
  checkTensor("assign", source, "the source", typeof source === "number" ? `full(target.shape, ${source})` : undefined);
  checkTarget("assign", target, source.shape, source.dtype);
  const kernels = backendFor("assign", [target, source]);
  announceWrite("assign", target, [source]);
  target.storage.unstage();
  kernels.write(target, source);
  markWritten(target.storage);
}

/**
 * Overwrites tensors with the results of an elementwise formula, as `assign` does with each of them, also where operands are
 * among the targets. Where all targets lie in the kernels' memory, each the whole of its storage, the formula's kernel
 * writes them itself.
 *
 * @throws TypeError if there are more or fewer targets than results or operands than the formula takes, and as `assign` does.
 * @throws ShapeError as `assign` and the formula do.
 * @throws DeadTensorError, OutOfMemoryError as every operation does.
 */
export function assignResults<S extends Shape>(
  targets: readonly Tensor<S>[],
  { op }: { readonly op: FormulaOp },
  operands: readonly Tensor[],
): void {
  const program = op.program();
  if (targets.length !== program.outputs.length)
    throw new TypeError(`${op.name}: ${program.outputs.length} results cannot overwrite ${targets.length} tensors`);
  const kernels = backendFor(op.name, operands);
  backendFor("assign", targets);
  const [shape] = op.shape(
    operands.map((operand) => operand.shape),
    undefined,
  );
  for (const target of targets) checkTarget(op.name, target, shape, kernels.float);
  for (const target of targets) announceWrite(op.name, target, operands);
  const write = (): void => {
    const results = kernels.map(program, operands, shape, targets);
    targets.forEach((target, at) => {
      const storage = results[at];
      if (storage !== target.storage) {
        target.storage.unstage();
        kernels.write(target, { storage, layout: contiguous(shape) });
      }
      markWritten(target.storage);
    });
  };
  OutOfMemoryError.naming(op.name, currentScope() ? write : () => scoped(write, () => []));
}

function checkTarget(operation: string, target: Tensor, shape: Shape, dtype: Tensor["dtype"]): void {
  if (!sameShape(target.shape, shape))
    throw new ShapeError(operation, `${formatShape(shape)} cannot overwrite ${formatShape(target.shape)}`, [
      target.shape,
      shape,
    ]);
  if ((target.dtype === "int32") !== (dtype === "int32"))
    throw new TypeError(
      `${operation}: ${dtype} cannot overwrite ${target.dtype}; indices are written by indices alone`,
    );
  if (target.size > 0 && target.layout.strides.some((stride, axis) => stride === 0 && target.shape[axis] > 1))
    throw new ShapeError(
      operation,
      `the elements of an expanded tensor ${formatShape(target.shape)} share memory; overwrite a copy: keep(target)`,
      [target.shape],
    );
}
