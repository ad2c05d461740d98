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
const isKernels = (value: unknown): value is Kernels => typeof value === "string" && kernelNames.includes(value);
const isThreads = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 256;

/** What each setting must be, as a phrase. */
const needed = { threads: "a whole number from 1 to 256", kernels: `one of ${kernelNames.join(", ")}` } as const;

const shown = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value));

const refusal = (name: string, setting: keyof Settings, value: unknown): RangeError =>
  new RangeError(`${name} must be ${needed[setting]}, not ${shown(value)}`);

/**
 * Checks what was asked for.
 *
 * @throws TypeError if it is no object.
 * @throws RangeError that names the setting which is unknown or out of range.
 */
export function checkSettings(operation: string, settings: Settings): void {
  const given: unknown = settings;
  if (typeof given !== "object" || given === null)
    throw new TypeError(`${operation}: needs settings, as in ${operation}({ threads: 4 }), not ${shown(given)}`);
  const known = Object.keys(needed);
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const alike = known.find((other) => other[0] === name[0]?.toLowerCase());
    const repair = alike ? `did you mean ${alike}?` : `possible are ${known.join(", ")}`;
    throw new RangeError(`${operation}: there is no setting ${shown(name)}; ${repair}`);
  }
  const { threads, kernels } = settings;
  if (threads !== undefined && !isThreads(threads)) throw refusal(`${operation}: threads`, "threads", threads);
  if (kernels !== undefined && !isKernels(kernels)) throw refusal(`${operation}: kernels`, "kernels", kernels);
}

/**
 * The defaults of the environment: the only place that reads it. An empty variable counts as none.
 *
 * @throws RangeError that names the variable which holds something else.
 */
export function environmentSettings(): Settings {
  const variables: Readonly<Record<string, string | undefined>> = Reflect.get(globalThis, "process")?.env ?? {};
  const threads = variables.FACTORVAE_THREADS || undefined;
  const kernels = variables.FACTORVAE_KERNELS || undefined;
  const count = threads === undefined ? undefined : Number(threads);
  if (count !== undefined && !isThreads(count)) throw refusal("FACTORVAE_THREADS:", "threads", threads);
  if (kernels !== undefined && !isKernels(kernels)) throw refusal("FACTORVAE_KERNELS:", "kernels", kernels);
  return { ...(count && { threads: count }), ...(kernels && { kernels }) };
}
