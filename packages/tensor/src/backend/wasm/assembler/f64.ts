import { binary, type Code, instruction, reading, unary, writing } from "./code.js";

/** The bytes of a number in memory order. */
const littleEndian = (value: number): Uint8Array => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  return new Uint8Array(view.buffer);
};

const constant = (value: number): Code => instruction(0x44, ...littleEndian(value));

export { constant as const };

/** Arithmetic. */
export const add = binary(0xa0),
  sub = binary(0xa1),
  mul = binary(0xa2),
  div = binary(0xa3);

/** Comparisons. */
export const ne = binary(0x62),
  lt = binary(0x63);

/** Memory. */
export const load = reading(0x2b, 3),
  store = writing(0x39, 3);

/** Numbers of other types. */
export const fromF32 = unary(0xbb),
  fromI32 = unary(0xb7);

/** One of two values, both evaluated, by an `i32`. */
export const select = (condition: Code, yes: Code, no: Code): Code => [yes, no, condition, instruction(0x1b)];
