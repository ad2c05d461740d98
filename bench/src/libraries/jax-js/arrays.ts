import { numpy as np } from "@jax-js/jax";
import { values } from "../../values.js";

/** An array; functions own their arguments, hence `ref`. */
export type Arr = np.Array;

/** An array of the numbers that belong to a name. */
export const array = (name: string, shape: number[], bound = 1): Arr =>
  np
    .array(
      values(
        name,
        shape.reduce((size, length) => size * length, 1),
        bound,
      ),
    )
    .reshape(shape);

/** Waits until a result is there, and lets go of it. */
export async function finished(result: Arr): Promise<void> {
  await result.blockUntilReady();
  result.dispose();
}
