/** Which kernels to run on: the fastest that the engine has, those without relaxed SIMD, or the plain loops. */
export type Kernels = "auto" | "plain" | "reference";

/** Settings of the engine. */
export interface Settings {
  /** Threads that large operations run on, the caller's included. Default: `FACTORVAE_THREADS`, or the cores there are. */
  readonly threads?: number;
  /** Default: `FACTORVAE_KERNELS`, or `auto`. */
  readonly kernels?: Kernels;
}

const kernelNames: readonly string[] = ["auto", "plain", "reference"] satisfies readonly Kernels[];
const isKernels = (text: string): text is Kernels => kernelNames.includes(text);

/**
 * Checks what was asked for.
 *
 * @throws RangeError that names the setting.
 */
export function checkSettings(operation: string, { threads, kernels }: Settings): void {
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= 256))
    throw new RangeError(`${operation}: threads must be a whole number from 1 to 256, not ${threads}`);
  if (kernels !== undefined && !isKernels(kernels))
    throw new RangeError(`${operation}: kernels must be one of ${kernelNames.join(", ")}, not "${kernels}"`);
}

/**
 * The defaults of the environment: the only place that reads it.
 *
 * @throws RangeError if one of the variables holds something else.
 */
export function environmentSettings(): Settings {
  const variables: Readonly<Record<string, string | undefined>> = Reflect.get(globalThis, "process")?.env ?? {};
  const { FACTORVAE_THREADS: threads, FACTORVAE_KERNELS: kernels } = variables;
  const settings = {
    ...(threads ? { threads: Number(threads) } : {}),
    ...(kernels ? { kernels: kernels as Kernels } : {}),
  };
  checkSettings("FACTORVAE_THREADS or FACTORVAE_KERNELS", settings);
  return settings;
}
