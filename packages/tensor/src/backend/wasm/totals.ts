import type { ReductionKind } from "../backend.js";
import { type Code, f32x4, f64, f64x2, type Local, v128 } from "./assembler.js";
import type { Variables } from "./module.js";

/** What a reduction starts from. */
export const startOf = (reduction: ReductionKind): number => (reduction === "sum" ? 0 : Number.NEGATIVE_INFINITY);

/** Totals of four columns, of floats or of integers, in double precision. */
export class Totals {
  readonly #halves: readonly Local[];
  readonly #widened: (four: Code) => Code;
  constructor(
    readonly reduction: ReductionKind,
    integers: boolean,
    variables: Variables,
  ) {
    this.#halves = variables.list("v128", 2);
    this.#widened = integers ? f64x2.fromI32Low : f64x2.fromF32Low;
  }
  reset(): Code {
    return this.#halves.map((half) => half.set(f64x2.splat(f64.const(startOf(this.reduction)))));
  }
  /** Takes in four floats, or integers. */
  take(four: Local): Code {
    const upper = v128.shuffle(four, four, [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]);
    return [
      this.#halves[0].set(this.#combined(this.#halves[0], this.#widened(four))),
      this.#halves[1].set(this.#combined(this.#halves[1], this.#widened(upper))),
    ];
  }
  #combined(total: Code, value: Code): Code {
    if (this.reduction === "sum") return f64x2.add(total, value);
    // NaN on either side passes.
    return v128.bitSelect(value, f64x2.pmax(total, value), f64x2.ne(value, value));
  }
  /** The total of one of the four columns. */
  column(index: number): Code {
    return f64x2.extract(this.#halves[index >> 1], index & 1);
  }
  /** The four totals rounded. */
  rounded(): Code {
    const [low, high] = this.#halves.map((half) => f32x4.fromF64Zero(half));
    return v128.shuffle(low, high, [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]);
  }
  /** The totals themselves, two and two. */
  halves(): readonly Local[] {
    return this.#halves;
  }
}

/** Takes one more value into a total. */
export const combineScalars = (reduction: ReductionKind, total: Local, value: Local): Code =>
  total.set(
    reduction === "sum"
      ? f64.add(total, value)
      : f64.select(f64.ne(value, value), value, f64.select(f64.lt(total, value), value, total)),
  );
