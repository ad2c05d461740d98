import type { Code } from "./assembler.js";
import { f32x4, v128 } from "./assembler.js";
import { ModuleBuilder } from "./module.js";
import { webAssembly } from "./web-assembly.js";

/** Whether the engine accepts a kernel that stores this vector, and lets it be compiled: a page's policy may forbid that. */
function accepts(vector: Code): boolean {
  const api = webAssembly();
  const builder = new ModuleBuilder();
  builder.kernel((_, args) => v128.store(args, vector));
  const bytes = builder.encode(false);
  if (!api?.validate(bytes)) return false;
  try {
    return Boolean(new api.Module(bytes));
  } catch {
    return false;
  }
}

const zero = v128.load(0);

/** Whether the engine has 128-bit vectors. */
export const hasSimd = (): boolean => accepts(f32x4.add(zero, zero));

/** Whether it has multiply-adds that may round once. */
export const hasRelaxedSimd = (): boolean => accepts(f32x4.fusedMadd(zero, zero, zero));
