/**
 * WebAssembly as TypeScript expressions: an instruction with its operands is a value, nested as a formula is. Numbers
 * stand for `i32` constants where an `i32` is due.
 */
export type Code = Bytes | Local | readonly Code[];

/** Encoded instructions. */
export class Bytes {
  constructor(readonly bytes: readonly number[]) {}
}

/** The types of values that kernels use. */
export type ValueType = "i32" | "f32" | "f64" | "v128";

/** A parameter or local variable of a function; as an operand it stands for its value. */
export class Local {
  constructor(
    readonly type: ValueType,
    readonly index: number,
  ) {}

  /** Stores a value. */
  set(value: Code | number): Code {
    return [operand(value), instruction(0x21, ...unsigned(this.index))];
  }
  /** Adds to an `i32`. */
  increase(by: Code | number): Code {
    return this.set([this, operand(by), instruction(0x6a)]);
  }
}

/** An instruction without operands, or what follows them. */
export const instruction = (...bytes: number[]): Bytes => new Bytes(bytes);

/** LEB128 of a whole number of at least 0. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 128 : low);
  } while (rest > 0);
  return bytes;
}

/** Signed LEB128 of a 32-bit integer. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    const done = (rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0);
    bytes.push(done ? low : low | 128);
    if (done) return bytes;
  }
}

/** An operand; a number is an `i32` constant. */
export const operand = (value: Code | number): Code =>
  typeof value === "number" ? instruction(0x41, ...signed(value)) : value;

/** SIMD opcodes are written as 0x1000 plus their number. */
export const simd = 0x1000;

/** An opcode; those above 255 bear the SIMD prefix. */
export const opcode = (code: number): Bytes =>
  code < 0x100 ? instruction(code) : instruction(0xfd, ...unsigned(code - simd));

/** An instruction of one operand. */
/* @__NO_SIDE_EFFECTS__ */
export function unary(code: number) {
  return (a: Code): Code => [a, opcode(code)];
}

/** An instruction of two operands. */
/* @__NO_SIDE_EFFECTS__ */
export function binary(code: number) {
  return (a: Code | number, b: Code | number): Code => [operand(a), operand(b), opcode(code)];
}

/** An instruction of three operands. */
/* @__NO_SIDE_EFFECTS__ */
export function ternary(code: number) {
  return (a: Code, b: Code, c: Code): Code => [a, b, c, opcode(code)];
}

/** An instruction that reads memory; `alignment` is a power of 2. */
/* @__NO_SIDE_EFFECTS__ */
export function reading(code: number, alignment: number) {
  return (address: Code | number, offset = 0): Code => [
    operand(address),
    opcode(code),
    instruction(alignment, ...unsigned(offset)),
  ];
}

/** An instruction that writes memory. */
/* @__NO_SIDE_EFFECTS__ */
export function writing(code: number, alignment: number) {
  return (address: Code | number, value: Code | number, offset = 0): Code => [
    operand(address),
    operand(value),
    opcode(code),
    instruction(alignment, ...unsigned(offset)),
  ];
}

/** An instruction that reads one lane of a vector. */
/* @__NO_SIDE_EFFECTS__ */
export function extracting(code: number) {
  return (vector: Code, lane: number): Code => [vector, opcode(code), instruction(lane)];
}

/** An instruction that writes one lane of a vector to memory. */
/* @__NO_SIDE_EFFECTS__ */
export function laneWriting(code: number, alignment: number) {
  return (address: Code | number, vector: Code, lane: number, offset = 0): Code => [
    operand(address),
    vector,
    opcode(code),
    instruction(alignment, ...unsigned(offset), lane),
  ];
}

/** All bytes of nested code, in order. */
export function flatten(code: Code, bytes: number[] = []): number[] {
  if (code instanceof Bytes) bytes.push(...code.bytes);
  else if (code instanceof Local) bytes.push(0x20, ...unsigned(code.index));
  else for (const part of code) flatten(part, bytes);
  return bytes;
}
