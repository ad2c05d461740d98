import type { Layout } from "../../layout.js";

/** A value in linear memory, as kernels are given it: element `i` of its storage stands at `address + 4 i`. */
export interface Placed {
  readonly address: number;
  readonly dtype: "float32" | "int32";
  /** Where its elements stand, counted from the storage's start. */
  readonly layout: Layout;
}
