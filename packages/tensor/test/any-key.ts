import fc from "fast-check";
import type { Key } from "../src/threefry.js";

/** A 32-bit word. */
export const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });

/** A key of any two words. */
export const anyKey: fc.Arbitrary<Key> = fc.record({ high: word, low: word });
