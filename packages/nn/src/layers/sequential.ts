import type { Dim, Shape, Tensor } from "@factorvae/tensor";
import { described } from "../operand.js";

/** A layer of rows: from vectors of `In` elements along the last axis to vectors of `Out`, whatever axes come before it. */
export interface RowLayer<In extends Dim = number, Out extends Dim = number> {
  /** What the layer makes of each row: `[..., In] -> [..., Out]`. */
  forward<Lead extends Shape>(x: Tensor<readonly [...Lead, In]>): Tensor<readonly [...Lead, Out]>;
}

/** A function of tensors of any shape that leaves the shape as it is: an activation. */
export type Activation = <S extends Shape>(x: Tensor<S>) => Tensor<S>;

type Rows<In extends Dim, Out extends Dim> = <Lead extends Shape>(
  x: Tensor<readonly [...Lead, In]>,
) => Tensor<readonly [...Lead, Out]>;

/**
 * Layers and activations one after another. Its parts are its fields 0, 1, ..., activations counted: so a state dictionary
 * has PyTorch's names, `0.weight`, `2.weight`.
 */
export class Sequential<In extends Dim = number, Out extends Dim = number> implements RowLayer<In, Out> {
  readonly [position: number]: object;
  readonly #parts: readonly object[];
  readonly #run: Rows<In, Out>;

  /** Of parts that `run` goes through; `sequential` makes one. */
  constructor(parts: readonly object[], run: Rows<In, Out>) {
    this.#parts = parts;
    this.#run = run;
    Object.assign(this, parts);
  }

  /** `x: [..., In] -> [..., Out]`, through all parts. */
  forward<Lead extends Shape>(x: Tensor<readonly [...Lead, In]>): Tensor<readonly [...Lead, Out]> {
    return this.#run(x);
  }

  /**
   * The same parts, and one more behind them: an activation, or a layer that takes rows of `Out` columns.
   *
   * @throws TypeError if it is neither.
   */
  followedBy(activation: Activation): Sequential<In, Out>;
  followedBy<Next extends Dim>(layer: RowLayer<Out, Next>): Sequential<In, Next>;
  followedBy(part: RowLayer<Out> | Activation): Sequential<In> {
    const parts = [...this.#parts, part];
    if (typeof part === "function") return new Sequential<In>(parts, (x) => part(this.#run(x)));
    checkLayer("followedBy", part, "a layer, an object with a forward method, or an activation, a function,");
    return new Sequential<In>(parts, (x) => part.forward(this.#run(x)));
  }
}

/**
 * A layer to which others are added, each taking the columns that the one before makes: types and, when they run, the
 * layers themselves refuse what does not fit.
 *
 * @throws TypeError if it is no layer, or not the only one; an activation may follow one.
 * @example sequential(new Linear(3, 16, key(1))).followedBy(relu).followedBy(new Linear(16, 1, key(2)))
 */
export function sequential<In extends Dim, Out extends Dim>(
  first: RowLayer<In, Out>,
  ...others: readonly never[]
): Sequential<In, Out> {
  if (others.length > 0)
    throw new TypeError(
      `sequential: takes the first layer alone, not ${others.length + 1}; sequential(first).followedBy(second) adds others`,
    );
  checkLayer("sequential", first, "a layer, an object with a forward method,");
  return new Sequential([first], (x) => first.forward(x));
}

function checkLayer(operation: string, part: RowLayer, wanted: string): void {
  if (typeof part?.forward !== "function")
    throw new TypeError(`${operation}: ${wanted} is needed, not ${described(part)}`);
}
