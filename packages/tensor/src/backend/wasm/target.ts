import { type Code, f32x4, type Local } from "./assembler.js";
import type { Variables } from "./module.js";

/** What kernels are generated for. */
export interface Target {
  /** Whether multiply-adds round once (relaxed SIMD). */
  readonly fused: boolean;
  /** Whether the memory is shared with workers. */
  readonly shared: boolean;
  /** Whether the engine's compiler keeps more than 15 vectors of a loop in registers when it has to (V8 from 12.5 on). */
  readonly wideTiles: boolean;
  /** A 32-bit number in all lanes, loaded from memory: a constant in the code would be built again at each use. */
  readonly constant: (value: number) => Code;
  /** The address of a table of 64-bit numbers, under a name. */
  readonly table: (name: string, values: () => readonly number[]) => number;
}

/** Constants that a function loads once, before its loops. */
export interface HeldConstants {
  /** The same target, whose constants are variables. */
  readonly held: Target;
  /** Loads them. */
  readonly load: () => Code;
}

/** Keeps constants in variables of a function, for the compiler to hold in registers as far as they go. */
export function holdConstants(target: Target, variables: Variables): HeldConstants {
  const locals = new Map<string, { readonly local: Local; readonly value: Code }>();
  return {
    held: {
      ...target,
      constant: (value) => {
        const loaded = target.constant(value);
        const name = JSON.stringify(loaded);
        const known = locals.get(name);
        if (known) return known.local;
        const local = variables.v128();
        locals.set(name, { local, value: loaded });
        return local;
      },
    },
    load: () => [...locals.values()].map(({ local, value }) => local.set(value)),
  };
}

/** `a * b + c`, rounded once where the target can. */
export const madd = ({ fused }: Target, a: Code, b: Code, c: Code): Code =>
  fused ? f32x4.fusedMadd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);

/** `c - a * b`, rounded once where the target can. */
export const nmadd = ({ fused }: Target, a: Code, b: Code, c: Code): Code =>
  fused ? f32x4.fusedNmadd(a, b, c) : f32x4.sub(c, f32x4.mul(a, b));
