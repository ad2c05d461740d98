/** A built-in module of Node; none elsewhere. */
export function builtinModule<Module>(name: string): Module | undefined {
  const process: unknown = Reflect.get(globalThis, "process");
  if (typeof process !== "object" || process === null) return undefined;
  const load: unknown = Reflect.get(process, "getBuiltinModule");
  return typeof load === "function" ? load.call(process, name) : undefined;
}

/** Whether memory can be shared with workers. */
export const canShare = (): boolean =>
  typeof SharedArrayBuffer === "function" && Reflect.get(globalThis, "crossOriginIsolated") !== false;

/** The cores there are. */
export function defaultThreads(): number {
  const os = builtinModule<{ readonly availableParallelism: () => number }>("node:os");
  const navigator: unknown = Reflect.get(globalThis, "navigator");
  const cores =
    os?.availableParallelism() ??
    (typeof navigator === "object" && navigator !== null ? Reflect.get(navigator, "hardwareConcurrency") : 1);
  return typeof cores === "number" && cores >= 1 ? Math.min(cores, 64) : 1;
}

/** Whether V8 is 12.5 or later, or the engine another: earlier ones hoist every load of a loop, and spill. */
export function hasWideTiles(): boolean {
  const process: unknown = Reflect.get(globalThis, "process");
  const versions: unknown = typeof process === "object" && process !== null ? Reflect.get(process, "versions") : {};
  const v8: unknown = typeof versions === "object" && versions !== null ? Reflect.get(versions, "v8") : undefined;
  if (typeof v8 !== "string") return true;
  const [major, minor] = v8.split(".").map(Number);
  return major > 12 || (major === 12 && minor >= 5);
}
