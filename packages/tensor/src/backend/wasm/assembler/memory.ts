import { type Code, instruction, operand } from "./code.js";

/** Fills memory with a byte; lengths are in bytes. */
export const fill = (to: Code, byte: number, length: Code | number): Code => [
  to,
  operand(byte),
  operand(length),
  instruction(0xfc, 11, 0),
];

/** Copies memory. */
export const copy = (to: Code, from: Code, length: Code | number): Code => [
  to,
  from,
  operand(length),
  instruction(0xfc, 10, 0, 0),
];
