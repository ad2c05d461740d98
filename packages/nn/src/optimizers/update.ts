import { assignResults, type FormulaOp, scalar, scope, type Tensor } from "@factorvae/tensor";
import type { StateDict } from "../state-dict.js";

/** What one run of an update overwrites, and what it reads before it does. */
export interface Update {
  readonly targets: readonly Tensor[];
  readonly operands: readonly Tensor[];
}

/**
 * Overwrites tensors by a formula, one run after another: its parameters are the operands of the run, then the settings,
 * which all runs share. Settings are operands, not parts of the formula: they change between steps, its kernel does not.
 */
export function updateInPlace(
  formula: { readonly op: FormulaOp },
  updates: readonly Update[],
  settings: readonly number[],
): void {
  scope(() => {
    const shared = settings.map(scalar);
    for (const { targets, operands } of updates) assignResults(targets, formula, [...operands, ...shared]);
  });
}

/** Tensors by a name and their position: `firstMoment.0`, `firstMoment.1`, ... */
export const numbered = (name: string, tensors: readonly Tensor[]): StateDict =>
  Object.fromEntries(tensors.map((tensor, at) => [`${name}.${at}`, tensor]));
