import type { Code } from "./assembler.js";
import { f32x4, v128 } from "./assembler.js";
import { ModuleBuilder } from "./module.js";
import { webAssembly } from "./web-assembly.js";

/** Whether the engine accepts a kernel that stores this vector. */
function accepts(vector: Code): boolean {
  const builder = new ModuleBuilder();
  builder.kernel((_, args) => v128.store(args, vector));
  return webAssembly()?.validate(builder.encode(false)) ?? false;
}

const zero = v128.load(0);

/** Whether the engine has 128-bit vectors. */
export const hasSimd = (): boolean => accepts(f32x4.add(zero, zero));

/** Whether it has multiply-adds that may round once. */
export const hasRelaxedSimd = (): boolean => accepts(f32x4.fusedMadd(zero, zero, zero));
