import type { Library } from "../case.js";

const libraries: Readonly<Record<string, () => Promise<Library>>> = {
  ours: async () => (await import("./ours/index.js")).ours,
  tfjs: async () => (await import("./tfjs/index.js")).tfjs,
  "jax-js": async () => (await import("./jax-js/index.js")).jaxJs,
  onnxruntime: async () => (await import("./onnxruntime.js")).onnxruntime,
  "ml-matrix": async () => (await import("./ml-matrix.js")).mlMatrix,
};

/**
 * A library by name, loaded when asked for: no process bears another's weight.
 *
 * @throws RangeError if there is none.
 */
export function libraryOf(name: string): Promise<Library> {
  const load = libraries[name];
  if (!load) throw new RangeError(`bench: no library "${name}"; there are ${Object.keys(libraries).join(", ")}`);
  return load();
}
