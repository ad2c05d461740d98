/** The instructions that kernels are written in, by the type of what they work on. */
export { type Code, flatten, Local, unsigned, type ValueType } from "./assembler/code.js";
export { call, loopWhile, repeatWhile, select, when } from "./assembler/control.js";
export * as f32 from "./assembler/f32.js";
export * as f32x4 from "./assembler/f32x4.js";
export * as f64 from "./assembler/f64.js";
export * as f64x2 from "./assembler/f64x2.js";
export * as i32 from "./assembler/i32.js";
export * as i32x4 from "./assembler/i32x4.js";
export * as memory from "./assembler/memory.js";
export * as v128 from "./assembler/v128.js";
