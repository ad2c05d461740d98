import { checkTensor, described } from "../operand.js";
import { type Dim, resolveAxis, type Shape } from "../shape.js";
import { type Scalar, Tensor } from "../tensor.js";

/** How many axes of a shape there are in front of axis `A`, which may count from the back. */
type Position<S extends Shape, A extends number> = A extends -1 | -2 | -3 | -4
  ? FromBack[S["length"] & keyof FromBack][A]
  : A;

interface FromBack {
  1: { [-1]: 0; [-2]: never; [-3]: never; [-4]: never };
  2: { [-1]: 1; [-2]: 0; [-3]: never; [-4]: never };
  3: { [-1]: 2; [-2]: 1; [-3]: 0; [-4]: never };
  4: { [-1]: 3; [-2]: 2; [-3]: 1; [-4]: 0 };
}

/** Whether rank and axis are known, so that a result's type can be. */
type Known<S extends Shape, A extends number> = number extends S["length"] | A ? false : true;

/** The axis `A` where a shape has it, as far as both are known; where it has not, those that it has, for the compiler to name. */
export type AxisOf<S extends Shape, A extends number> = number extends A
  ? A
  : [A] extends [Axes[S["length"]]]
    ? A
    : Axes[S["length"]];

/** The axes of a rank, counted from either end. */
interface Axes {
  0: never;
  1: 0 | -1;
  2: 0 | 1 | -1 | -2;
  3: 0 | 1 | 2 | -1 | -2 | -3;
  4: 0 | 1 | 2 | 3 | -1 | -2 | -3 | -4;
  [rank: number]: number;
}

type Replaced<S extends Shape, At, By extends Shape, Seen extends unknown[] = []> = S extends readonly [
  infer First extends Dim,
  ...infer Rest extends Shape,
]
  ? Seen["length"] extends At
    ? readonly [...By, ...Rest]
    : readonly [First, ...Replaced<Rest, At, By, [...Seen, unknown]>]
  : readonly [];

/** Lengths that are not known for each axis of a shape. */
export type OfSameRank<S extends Shape> = { readonly [I in keyof S]: Dim };

/** The shape without axis `A`. */
export type WithoutAxis<S extends Shape, A extends number> =
  Known<S, A> extends true ? Replaced<S, Position<S, A>, []> : Shape;

/** The shape with axis `A` of another length. */
export type AtAxis<S extends Shape, A extends number, D extends Dim> =
  Known<S, A> extends true ? Replaced<S, Position<S, A>, [D]> : Shape;

/** The shape `S` where it has as many axes as another, as far as both ranks are known. */
export type SameRank<S extends Shape, Other extends Shape> = number extends S["length"] | Other["length"]
  ? S
  : [S["length"]] extends [Other["length"]]
    ? S
    : OfSameRank<Other>;

/** Lists of one element for each axis, by rank: what the compiler asks for where a list is of another length. */
export interface ForEachAxis<E> {
  0: readonly [];
  1: readonly [E];
  2: readonly [E, E];
  3: readonly [E, E, E];
  4: readonly [E, E, E, E];
  [rank: number]: readonly E[];
}

/** The list `L` where it has an element for each axis of a shape, as far as both lengths are known. */
export type OfRank<S extends Shape, E, L extends readonly E[]> = number extends L["length"]
  ? L
  : [L["length"]] extends [S["length"]]
    ? L
    : ForEachAxis<E>[S["length"]];

/** The axes of a rank, counted from the front. */
interface AxesFromFront {
  1: 0;
  2: 0 | 1;
  3: 0 | 1 | 2;
  4: 0 | 1 | 2 | 3;
}

/** The order `O` where it names each axis of a shape once, as far as that is known. */
export type OrderOf<S extends Shape, O extends readonly number[]> = [
  AxesFromFront[O["length"] & keyof AxesFromFront],
] extends [O[number]]
  ? OfRank<S, number, O>
  : "an order of the axes names each of them once";

/** A reduction over everything, or along one axis. */
export interface ReduceAlong {
  /** Over everything, in row-major order. */
  (x: Tensor): Scalar;
  /** Along one axis, which the result no more has. */
  <S extends Shape, const A extends number>(x: Tensor<S>, axis: AxisOf<S, A>): Tensor<WithoutAxis<S, A>>;
}

/** The shape with its axes in another order. */
export type Permuted<S extends Shape, Order extends readonly number[]> = number extends S["length"] | Order["length"]
  ? Shape
  : { readonly [I in keyof Order]: S[Order[I]] };

/** A shape as asked of `reshape`, where -1 is a dimension not known. */
export type Reshaped<T extends Shape> = { readonly [I in keyof T]: T[I] extends -1 ? number : T[I] };

/** What compares two tensors element by element, by the reduction that it is taken for. */
const ofPairs: ReadonlyMap<string, string> = new Map([
  ["max", "maximum"],
  ["min", "minimum"],
]);

/** What may be meant by an axis that is no number. */
function axisMeant(operation: string, axis: unknown): string {
  const pairwise = ofPairs.get(operation);
  if (axis instanceof Tensor && pairwise) return `; did you mean ${pairwise}(a, b)?`;
  return Array.isArray(axis) ? "; take one axis at a time" : "";
}

/** Throws TypeError for an axis that is no number. */
export function checkAxis(operation: string, axis: unknown): void {
  if (typeof axis !== "number")
    throw new TypeError(`${operation}: an axis is a whole number, not ${described(axis)}${axisMeant(operation, axis)}`);
}

/**
 * An axis of an operand counted from the front, from one that may be counted from the back.
 *
 * @throws TypeError if the operand is no tensor, or the axis no number.
 * @throws ShapeError if it has no such axis.
 */
export function axisOf(operation: string, x: Tensor, axis: number): number {
  checkTensor(operation, x);
  checkAxis(operation, axis);
  return resolveAxis(operation, axis, x.shape);
}
