import type { Backend } from "./backend.js";
import { OutOfMemoryError } from "./errors.js";
import { reference } from "./reference/reference.js";
import { checkSettings, environmentSettings, type Kernels, type Settings } from "./settings.js";
import { wasmBackend } from "./wasm/backend.js";
import { canShare, defaultThreads, hasWideTiles } from "./wasm/host.js";
import { Machine } from "./wasm/machine.js";
import { hasRelaxedSimd, hasSimd } from "./wasm/probe.js";

/** What the engine runs on. */
export interface EngineInfo {
  /** `relaxed-simd`, `simd`, or `reference`, the plain loops. */
  readonly kernels: "relaxed-simd" | "simd" | "reference";
  /** Threads that large operations run on, the caller's included. */
  readonly threads: number;
  /** Whether multiply-adds round once: results differ from those that round twice, within the tolerance of float32. */
  readonly fused: boolean;
  /** Why it is these. */
  readonly why: string;
}

/** Bytes of linear memory. */
export interface MemoryUse {
  readonly used: number;
  readonly peak: number;
}

/** Kernels, and what there is to know of them. */
export interface Engine {
  readonly backend: Backend;
  /** As it was started. */
  readonly info: EngineInfo;
  /** Threads that work now: fewer than at its start where workers have ended. */
  readonly threads: () => number;
  /** Bytes of linear memory in use now, and the most that were since this was last asked. */
  readonly memory: () => MemoryUse;
  /** Ends its threads; it goes on with the caller's alone. */
  readonly close: () => void;
}

const plainLoops = (why: string): Engine => ({
  backend: reference,
  info: { kernels: "reference", threads: 1, fused: false, why },
  threads: () => 1,
  memory: () => ({ used: 0, peak: 0 }),
  close: () => {},
});

/**
 * An engine of its own memory and threads.
 *
 * @throws TypeError if the settings are no object.
 * @throws RangeError if a setting is unknown or out of range.
 */
export function startEngine(settings: Settings): Engine {
  checkSettings("startEngine", settings);
  const { threads, kernels = "auto" } = settings;
  if (kernels === "reference") return plainLoops("asked for");
  if (!hasSimd()) return said(plainLoops("there is no WebAssembly with 128-bit vectors here"));
  const fused = kernels === "auto" && hasRelaxedSimd();
  const wanted = canShare() ? (threads ?? defaultThreads()) : 1;
  const kind = { fused, wideTiles: hasWideTiles() };
  const machine =
    (wanted > 1 && reserved({ ...kind, shared: true }, wanted)) || reserved({ ...kind, shared: false }, 1);
  if (!machine) return said(plainLoops("linear memory cannot be reserved here"));
  const count = machine.threads;
  const info: EngineInfo = {
    kernels: fused ? "relaxed-simd" : "simd",
    threads: count,
    fused,
    why: [
      fused ? "the JavaScript engine has relaxed SIMD" : whyPlain(kernels),
      count < (threads ?? wanted) || !canShare()
        ? "no shared memory"
        : threads === undefined
          ? "a thread for each core"
          : "as many threads as asked for",
    ].join("; "),
  };
  const engine = {
    backend: wasmBackend(info.kernels, machine),
    info,
    threads: () => machine.threads,
    memory: () => ({ used: machine.memory.used, peak: machine.memory.takePeak() }),
    close: () => machine.close(),
  };
  return count === (threads ?? wanted) && (canShare() || threads === 1) ? engine : said(engine);
}

/** A machine, if there is room for its memory. */
function reserved(kind: ConstructorParameters<typeof Machine>[0], threads: number): Machine | undefined {
  try {
    return new Machine(kind, threads);
  } catch (error) {
    if (error instanceof OutOfMemoryError) return undefined;
    throw error;
  }
}

const whyPlain = (kernels: Kernels): string =>
  kernels === "plain" ? "plain SIMD was asked for" : "the JavaScript engine has no relaxed SIMD, or it is switched off";

/** Tells the user, once, that it will be slow and why. */
function said(engine: Engine): Engine {
  console.warn(`@factorvae/tensor: slower than it could be: ${engine.info.why}`);
  return engine;
}

let asked: Settings = {};
let running: Engine | undefined;
let isClosed = false;

const engine = (): Engine => {
  running ??= startEngine({ ...environmentSettings(), ...asked, ...(isClosed ? { threads: 1 } : {}) });
  return running;
};

/** The kernels of the engine, which starts at its first use. */
export const defaultBackend = (): Backend => engine().backend;

/**
 * Chooses threads and kernels, before the first operation.
 *
 * @throws TypeError if the settings are no object.
 * @throws RangeError if a setting is unknown or out of range.
 * @throws Error if the engine runs already, or was closed, which is for good.
 */
export function configure(settings: Settings): void {
  checkSettings("configure", settings);
  if (isClosed) throw new Error("configure: the engine was closed, which is for good; configure it before close()");
  if (running) throw new Error("configure: the engine runs already; configure it before the first operation");
  const { threads = asked.threads, kernels = asked.kernels } = settings;
  asked = { ...(threads !== undefined && { threads }), ...(kernels !== undefined && { kernels }) };
}

/** What the engine runs on, and why; starts it. */
export function info(): EngineInfo {
  const { info: started, threads } = engine();
  return { ...started, threads: threads(), ...(isClosed && { why: "closed" }) };
}

/**
 * Bytes of linear memory in use now, and the most that were since this was last asked: those of tensors in open scopes,
 * of compiled kernels and of scratch memory, which stay. Starts the engine.
 */
export const memoryUse = (): MemoryUse => engine().memory();

/**
 * Ends the threads of the engine, for good: operations go on with the caller's alone. Before the first operation it means
 * that none are started.
 */
export function close(): void {
  isClosed = true;
  running?.close();
}
