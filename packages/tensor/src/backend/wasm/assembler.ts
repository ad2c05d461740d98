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
  /** Stores a value and leaves it as the result. */
  tee(value: Code | number): Code {
    return [operand(value), instruction(0x22, ...unsigned(this.index))];
  }
  /** Adds to an `i32`. */
  increase(by: Code | number): Code {
    return this.set(i32.add(this, by));
  }
}

const instruction = (...bytes: number[]): Bytes => new Bytes(bytes);

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

/** The bytes of a number in memory order. */
function littleEndian(value: number, size: 4 | 8): number[] {
  const view = new DataView(new ArrayBuffer(size));
  if (size === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return Array.from({ length: size }, (_, at) => view.getUint8(at));
}

const operand = (value: Code | number): Code => (typeof value === "number" ? i32.const(value) : value);

/** Instructions of two operands and of one, by opcode; those above 255 bear the SIMD prefix. */
const opcode = (code: number): Bytes =>
  code < 0x100 ? instruction(code) : instruction(0xfd, ...unsigned(code - 0x1000));
const binary =
  (code: number) =>
  (a: Code | number, b: Code | number): Code => [operand(a), operand(b), opcode(code)];
const unary =
  (code: number) =>
  (a: Code): Code => [a, opcode(code)];
/** SIMD opcodes are written as 0x1000 plus their number. */
const simd = 0x1000;

const access = (code: number, alignment: number) => ({
  load: (address: Code | number, offset = 0): Code => [
    operand(address),
    opcode(code),
    instruction(...unsigned(alignment), ...unsigned(offset)),
  ],
});
const writing =
  (code: number, alignment: number) =>
  (address: Code | number, value: Code | number, offset = 0): Code => [
    operand(address),
    operand(value),
    opcode(code),
    instruction(...unsigned(alignment), ...unsigned(offset)),
  ];

/** 32-bit integers. */
export const i32 = {
  const: (value: number): Code => instruction(0x41, ...signed(value)),
  add: binary(0x6a),
  sub: binary(0x6b),
  mul: binary(0x6c),
  divU: binary(0x6e),
  remU: binary(0x70),
  and: binary(0x71),
  or: binary(0x72),
  shl: binary(0x74),
  shrS: binary(0x75),
  shrU: binary(0x76),
  eqz: unary(0x45),
  eq: binary(0x46),
  ne: binary(0x47),
  ltS: binary(0x48),
  ltU: binary(0x49),
  gtS: binary(0x4a),
  gtU: binary(0x4b),
  leU: binary(0x4d),
  geS: binary(0x4e),
  geU: binary(0x4f),
  load: access(0x28, 2).load,
  store: writing(0x36, 2),
  /** The smaller of two unsigned numbers; both are evaluated twice. */
  minU: (a: Code | number, b: Code | number): Code => [operand(a), operand(b), i32.ltU(a, b), instruction(0x1b)],
};

/** 32-bit floating-point numbers. */
export const f32 = {
  const: (value: number): Code => instruction(0x43, ...littleEndian(value, 4)),
  add: binary(0x92),
  sub: binary(0x93),
  mul: binary(0x94),
  div: binary(0x95),
  load: access(0x2a, 2).load,
  store: writing(0x38, 2),
  fromF64: unary(0xb6),
};

/** 64-bit floating-point numbers. */
export const f64 = {
  const: (value: number): Code => instruction(0x44, ...littleEndian(value, 8)),
  add: binary(0xa0),
  mul: binary(0xa2),
  load: access(0x2b, 3).load,
  store: writing(0x39, 3),
  fromF32: unary(0xbb),
  fromI32: unary(0xb7),
  ne: binary(0x62),
  lt: binary(0x63),
  /** One of two values, both evaluated, by an `i32`. */
  select: (condition: Code, yes: Code, no: Code): Code => [yes, no, condition, instruction(0x1b)],
};

const lane =
  (code: number) =>
  (vector: Code, index: number): Code => [vector, opcode(code), instruction(index)];
const laneStore =
  (code: number, alignment: number) =>
  (address: Code | number, vector: Code, index: number, offset = 0): Code => [
    operand(address),
    vector,
    opcode(code),
    instruction(...unsigned(alignment), ...unsigned(offset), index),
  ];

/** Vectors of 128 bits, whatever they hold. Alignments are hints of 4 bytes: unaligned addresses work. */
export const v128 = {
  load: access(simd + 0, 2).load,
  store: writing(simd + 11, 2),
  /** The 32-bit number at an address, in all lanes. */
  load32Splat: access(simd + 9, 2).load,
  load64Splat: access(simd + 10, 2).load,
  /** 32 bits to the lowest lane, zeros above. */
  load32Zero: access(simd + 92, 2).load,
  load64Zero: access(simd + 93, 2).load,
  store32Lane: laneStore(simd + 90, 2),
  store64Lane: laneStore(simd + 91, 2),
  const: (bytes: readonly number[]): Code => instruction(0xfd, 12, ...bytes),
  not: unary(simd + 77),
  and: binary(simd + 78),
  andNot: binary(simd + 79),
  or: binary(simd + 80),
  xor: binary(simd + 81),
  anyTrue: unary(simd + 83),
  /** Bits of `yes` where those of `mask` are 1, else of `no`. */
  bitSelect: (yes: Code, no: Code, mask: Code): Code => [yes, no, mask, opcode(simd + 82)],
  /** Bytes of two vectors by number: 0 to 15 of `a`, 16 to 31 of `b`. */
  shuffle: (a: Code, b: Code, bytes: readonly number[]): Code => [a, b, instruction(0xfd, 13, ...bytes)],
};

/** Vectors of four 32-bit integers. */
export const i32x4 = {
  splat: unary(simd + 17),
  extract: lane(simd + 27),
  eq: binary(simd + 55),
  gtS: binary(simd + 59),
  allTrue: unary(simd + 163),
  shl: binary(simd + 171),
  shrS: binary(simd + 172),
  shrU: binary(simd + 173),
  add: binary(simd + 174),
  sub: binary(simd + 177),
  minS: binary(simd + 182),
  /** Numbers cut toward 0; NaN gives 0, what is out of range the nearest that is in it. */
  fromF32: unary(simd + 248),
};

/** Vectors of four 32-bit floating-point numbers. */
export const f32x4 = {
  splat: unary(simd + 19),
  extract: lane(simd + 31),
  eq: binary(simd + 65),
  ne: binary(simd + 66),
  lt: binary(simd + 67),
  gt: binary(simd + 68),
  le: binary(simd + 69),
  ge: binary(simd + 70),
  ceil: unary(simd + 103),
  floor: unary(simd + 104),
  trunc: unary(simd + 105),
  nearest: unary(simd + 106),
  abs: unary(simd + 224),
  neg: unary(simd + 225),
  sqrt: unary(simd + 227),
  add: binary(simd + 228),
  sub: binary(simd + 229),
  mul: binary(simd + 230),
  div: binary(simd + 231),
  /** `b < a ? b : a`. */
  pmin: binary(simd + 234),
  /** `a < b ? b : a`. */
  pmax: binary(simd + 235),
  fromI32: unary(simd + 250),
  /** Two doubles rounded to the lower lanes, zeros above. */
  fromF64Zero: unary(simd + 94),
  /** `a * b + c`, rounded once; relaxed SIMD only: kernels ask their `Target` for `madd`. */
  fusedMadd: (a: Code, b: Code, c: Code): Code => [a, b, c, opcode(simd + 0x105)],
  fusedNmadd: (a: Code, b: Code, c: Code): Code => [a, b, c, opcode(simd + 0x106)],
};

/** Vectors of two 64-bit floating-point numbers. */
export const f64x2 = {
  splat: unary(simd + 20),
  extract: lane(simd + 33),
  replace: (vector: Code, index: number, value: Code): Code => [vector, value, opcode(simd + 34), instruction(index)],
  eq: binary(simd + 71),
  ne: binary(simd + 72),
  lt: binary(simd + 73),
  gt: binary(simd + 74),
  nearest: unary(simd + 148),
  floor: unary(simd + 117),
  abs: unary(simd + 236),
  neg: unary(simd + 237),
  sqrt: unary(simd + 239),
  add: binary(simd + 240),
  sub: binary(simd + 241),
  mul: binary(simd + 242),
  div: binary(simd + 243),
  pmin: binary(simd + 246),
  pmax: binary(simd + 247),
  /** The two lower floats. */
  fromF32Low: unary(simd + 95),
  /** The two lower integers. */
  fromI32Low: unary(simd + 254),
};

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

/** Fills memory with a byte, or copies it; lengths in bytes. */
export const memory = {
  fill: (to: Code, byte: number, length: Code | number): Code => [
    to,
    i32.const(byte),
    operand(length),
    instruction(0xfc, 11, 0),
  ],
  copy: (to: Code, from: Code, length: Code | number): Code => [to, from, operand(length), instruction(0xfc, 10, 0, 0)],
};

/** All bytes of nested code, in order. */
export function flatten(code: Code, bytes: number[] = []): number[] {
  if (code instanceof Bytes) bytes.push(...code.bytes);
  else if (code instanceof Local) bytes.push(0x20, ...unsigned(code.index));
  else for (const part of code) flatten(part, bytes);
  return bytes;
}
