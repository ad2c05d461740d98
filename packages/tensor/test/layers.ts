import { dirname, join } from "node:path/posix";

/** What each package may import of the others: their names alone, never a file of theirs. */
const below: Readonly<Record<string, readonly string[]>> = {
  tensor: [],
  autograd: ["@factorvae/tensor"],
  nn: ["@factorvae/tensor"],
  factorvae: ["@factorvae/tensor", "@factorvae/autograd", "@factorvae/nn"],
};

/** What the backends may use of the tensor package beside themselves. */
const beneathBackends = ["formula", "layout", "program", "shape", "strided"].map((name) => `tensor/src/${name}.js`);

/** All that a source file imports or exports again, types included. */
export function importsOf(text: string): string[] {
  const statements = text.matchAll(
    /^(?:import|export) (?:type )?[\w$*,{}\s]+? from "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm,
  );
  return [...statements].flatMap(([, from, effect, dynamic]) => [from, effect, dynamic].filter((name) => name));
}

/** Why a source file, by its path in `packages`, may not import something; undefined where it may. */
export function objection(file: string, imported: string): string | undefined {
  const [name] = file.split("/");
  if (!imported.startsWith(".")) {
    if (below[name].includes(imported)) return undefined;
    if (imported.startsWith("@factorvae/")) return `${name} may import ${below[name].join(", ") || "no other package"}`;
    return name === "factorvae" ? undefined : `${name} has no dependency but ours`;
  }
  const target = join(dirname(file), imported);
  if (!target.startsWith(`${name}/src/`)) return `it is not among the sources of ${name}`;
  if (name !== "tensor") return undefined;
  const isOfBackends = (path: string): boolean => path.startsWith("tensor/src/backend/");
  if (isOfBackends(file) && !isOfBackends(target) && !beneathBackends.includes(target))
    return "backends know values and programs, not tensors and operations";
  if (!isOfBackends(file) && target.startsWith("tensor/src/backend/wasm/") && !file.startsWith("tensor/src/ops/"))
    return "kernels are for backends and for the operations that have their own";
  if (!isOfBackends(file) && target.startsWith("tensor/src/backend/reference/") && file !== "tensor/src/index.ts")
    return "the reference is for whoever asks for it by name";
  return undefined;
}
