import { reading, unary, writing } from "./code.js";

/** Memory. */
export const load = reading(0x2a, 2),
  store = writing(0x38, 2);

/** A double, rounded. */
export const fromF64 = unary(0xb6);
