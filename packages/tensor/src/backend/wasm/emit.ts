import type { Primitive } from "../../formula.js";
import type { Program } from "../../program.js";
import { type Code, f32x4, type Local, v128 } from "./assembler.js";
import { erf, exp, expm1, tanh } from "./math/exponential.js";
import { log, log1p, log1pOfUnit } from "./math/logarithm.js";
import { cos, sin } from "./math/trigonometric.js";
import type { Variables } from "./module.js";
import type { Target } from "./target.js";

/** A value of a formula: four numbers, or for a truth value four masks of all bits or none. */
interface Value {
  readonly code: Code;
  readonly isMask: boolean;
  /** What is known of its numbers, NaN aside: a logarithm may be had for less then. */
  readonly range?: "at least 0" | "at most 0" | "0 to 1" | undefined;
}

type Emit = (target: Target, variables: Variables, ...operands: Code[]) => Code;
type Emits<Kinds extends Primitive> = { readonly [kind in Kinds]: Emit };

/** Primitives of numbers that give numbers. */
const arithmetic: Emits<Exclude<Primitive, keyof typeof truth | "select">> = {
  add: (_target, _variables, a, b) => f32x4.add(a, b),
  sub: (_target, _variables, a, b) => f32x4.sub(a, b),
  mul: (_target, _variables, a, b) => f32x4.mul(a, b),
  div: (_target, _variables, a, b) => f32x4.div(a, b),
  min: (_target, _variables, a, b) => f32x4.pmin(a, b),
  max: (_target, _variables, a, b) => f32x4.pmax(a, b),
  neg: (target, _variables, a) => v128.xor(a, target.constant(-0)),
  abs: (target, _variables, a) => v128.andNot(a, target.constant(-0)),
  sqrt: (_target, _variables, a) => f32x4.sqrt(a),
  floor: (_target, _variables, a) => f32x4.floor(a),
  sign: (target, _variables, a) => {
    const one = v128.or(v128.and(a, target.constant(-0)), target.constant(1));
    const isOther = f32x4.ne(f32x4.abs(a), target.constant(0));
    // Zeros keep their sign, NaN stays.
    return v128.bitSelect(v128.bitSelect(one, a, isOther), a, f32x4.eq(a, a));
  },
  exp,
  log,
  log1p,
  expm1,
  tanh,
  sin,
  cos,
  erf,
};

/** Primitives that give truth values. */
const truth = {
  lt: f32x4.lt,
  le: f32x4.le,
  eq: f32x4.eq,
  and: v128.and,
  or: v128.or,
  not: v128.not,
} as const;

const comparisons: readonly string[] = ["lt", "le", "eq"] satisfies readonly (keyof typeof truth)[];
const isTruth = (kind: Primitive): kind is keyof typeof truth => Object.hasOwn(truth, kind);

/** The range of a primitive's result, from that of its operand. */
function rangeOf(kind: Primitive, operand: Value["range"]): Value["range"] {
  if (kind === "abs") return "at least 0";
  if (kind === "neg" && operand === "at least 0") return "at most 0";
  return kind === "exp" && operand === "at most 0" ? "0 to 1" : undefined;
}

/** The code of a program for four elements at once, and of its outputs. */
export interface Emitted {
  readonly code: Code;
  readonly outputs: readonly Code[];
}

/** Writes a program for vectors; `inputs` is the code of each input, evaluated once per load. */
export function emitProgram(target: Target, variables: Variables, program: Program, inputs: readonly Code[]): Emitted {
  const locals: Local[] = variables.list("v128", program.registers);
  const values = new Map<number, Value>();
  const code: Code[] = [];
  for (const { value, to } of program.literals) values.set(to, { code: target.constant(value), isMask: false });
  for (const { input, to } of program.loads) {
    code.push(locals[to].set(inputs[input]));
    values.set(to, { code: locals[to], isMask: false });
  }
  const at = (register: number): Value => values.get(register) ?? { code: locals[register], isMask: false };
  const asNumber = ({ code: value, isMask }: Value): Code => (isMask ? v128.and(value, target.constant(1)) : value);
  const asMask = ({ code: value, isMask }: Value): Code => (isMask ? value : f32x4.ne(value, target.constant(0)));
  for (const { kind, from, to } of program.steps) {
    const operands = from.map(at);
    const result = resultOf(kind, operands);
    code.push(locals[to].set(result.code));
    values.set(to, { ...result, code: locals[to] });
  }
  return { code, outputs: program.outputs.map((register) => asNumber(at(register))) };

  function resultOf(kind: Primitive, operands: readonly Value[]): Value {
    if (kind === "select") {
      const [condition, yes, no] = operands;
      return { code: v128.bitSelect(asNumber(yes), asNumber(no), asMask(condition)), isMask: false };
    }
    if (!isTruth(kind)) {
      const { range } = operands[0];
      const emit = kind === "log1p" && range === "0 to 1" ? log1pOfUnit : arithmetic[kind];
      const result = emit(target, variables, ...operands.map(asNumber));
      return { code: result, isMask: false, range: rangeOf(kind, range) };
    }
    const [a, b] = operands.map(comparisons.includes(kind) ? asNumber : asMask);
    return { code: kind === "not" ? v128.not(a) : truth[kind](a, b), isMask: true };
  }
}
