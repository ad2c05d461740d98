import { type Code, instruction, operand, unsigned } from "./code.js";

/** One of two values, both evaluated, by an `i32`. */
export const select = (condition: Code, yes: Code | number, no: Code | number): Code => [
  operand(yes),
  operand(no),
  condition,
  instruction(0x1b),
];

const empty = 0x40;

/** Statements if an `i32` is not 0, and others if it is. */
export const when = (condition: Code, then: Code, otherwise?: Code): Code => [
  condition,
  instruction(0x04, empty),
  then,
  ...(otherwise ? [instruction(0x05), otherwise] : []),
  instruction(0x0b),
];

/** A loop that runs its body at least once, and again while the condition, evaluated after it, is not 0. */
export const repeatWhile = (body: Code, condition: Code): Code => [
  instruction(0x03, empty),
  body,
  condition,
  instruction(0x0d, 0),
  instruction(0x0b),
];

/** A loop that runs its body while the condition, evaluated before it, is not 0. */
export const loopWhile = (condition: Code, body: Code): Code => when(condition, repeatWhile(body, condition));

/** Calls a function of the module by its position. */
export const call = (position: number, ...operands: readonly (Code | number)[]): Code => [
  operands.map(operand),
  instruction(0x10, ...unsigned(position)),
];
