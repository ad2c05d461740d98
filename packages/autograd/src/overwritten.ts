import { formatShape, type Storage, type Tensor, traced, writes } from "@factorvae/tensor";

/** A rule reads what its operation read and made: it must still be there as it was `at` the time of the operation. */
export function checkUnchanged(operation: string, tensors: readonly Tensor[], at: number, until = writes()): void {
  for (const { storage, shape } of tensors)
    if (storage.writtenAt > at && storage.writtenAt <= until)
      throw new Error(
        `${operation}: a tensor ${formatShape(shape)} was overwritten after the operation ran; take gradients before the optimizer's step`,
      );
}

/** Runs a rule that may read more than that: nothing that it reads, or gives, may have been overwritten. */
export function readingUnchanged(operation: string, at: number, rule: () => readonly Tensor[]): readonly Tensor[] {
  const now = writes();
  if (at === now) return rule();
  const check = (tensors: readonly Tensor[]): void => checkUnchanged(operation, tensors, at, now);
  const reader = {
    isObserver: true,
    follows: () => true,
    note: (call: { inputs: readonly Tensor[] }) => check(call.inputs),
  };
  const given = traced(reader, rule);
  check(given);
  return given;
}

/** Runs a function for the second time, which must not overwrite again what is older than this run. */
export function overwritingNothing<Result>(operation: string, fn: () => Result): Result {
  const now = writes();
  const overwrite = (_: string, { storage, shape }: Tensor): void => {
    // What it made itself is new, and was not written before.
    if (storage.writtenAt > 0 && storage.writtenAt <= now)
      throw new Error(
        `${operation}: the function overwrites a tensor ${formatShape(shape)} that it did not make, and would once more on the way back; return what it is overwritten by, and overwrite it outside`,
      );
  };
  return traced({ isObserver: true, follows: () => false, note: () => {}, overwrite }, fn);
}

/** What is followed keeps its values: two under one name could not be told apart on the way back. */
export function checkWritable(operation: string, target: Tensor, followed: Iterable<Tensor>): void {
  for (const { storage } of followed)
    if (storage === target.storage)
      throw new Error(
        `${operation}: a tensor ${formatShape(target.shape)} is being differentiated, and cannot be overwritten meanwhile; make a new tensor, or overwrite it once the gradients are taken`,
      );
}

/** What was overwritten by something followed depends on it, and would pass for a constant. */
export function checkConstant(operation: string, tensors: readonly Tensor[], overwritten: ReadonlySet<Storage>): void {
  for (const { storage, shape } of tensors)
    if (overwritten.has(storage))
      throw new Error(
        `${operation}: a tensor ${formatShape(shape)} was overwritten by what is being differentiated, and no gradient passes that way; read what it was overwritten by, or overwrite it by its stopGradient`,
      );
}
