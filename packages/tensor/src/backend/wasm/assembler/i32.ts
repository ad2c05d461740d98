import { binary, type Code, instruction, operand, reading, unary, writing } from "./code.js";

/** Arithmetic and bits. */
export const add = binary(0x6a),
  sub = binary(0x6b),
  mul = binary(0x6c),
  divU = binary(0x6e),
  remU = binary(0x70),
  and = binary(0x71),
  or = binary(0x72),
  shl = binary(0x74),
  shrU = binary(0x76);

/** Comparisons, which give 1 or 0: of signed numbers and of unsigned ones. */
export const eqz = unary(0x45),
  eq = binary(0x46),
  ne = binary(0x47),
  ltS = binary(0x48),
  ltU = binary(0x49),
  gtU = binary(0x4b),
  geS = binary(0x4e),
  geU = binary(0x4f);

/** Memory. */
export const load = reading(0x28, 2),
  store = writing(0x36, 2);

/** The smaller of two unsigned numbers; both are evaluated twice. */
export const minU = (a: Code | number, b: Code | number): Code => [
  operand(a),
  operand(b),
  ltU(a, b),
  instruction(0x1b),
];
