/**
 * What one core can do at most, measured by kernels of WebAssembly written byte by byte: nothing of the engine that is
 * to be judged by them.
 */

const [typeI32, typeF32, typeVector] = [0x7f, 0x7d, 0x7b];
/** Independent chains of multiply-adds: enough to hide 4 or 5 cycles of latency in two units. */
const chains = 12;
const lanes = 4;

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const sized = (bytes: readonly number[]): number[] => {
  const length = bytes.length;
  return length < 128 ? [length, ...bytes] : [(length & 127) | 128, length >> 7, ...bytes];
};

/** A module that exports `run(times)`: `body`, `times` times, then `result`. */
function looped(locals: readonly number[], resultType: number, body: readonly number[], result: readonly number[]) {
  const countDown = [...get(0), 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0];
  const code = [...locals, 0x03, 0x40, ...body, ...countDown, 0x0b, ...result, 0x0b];
  const section = (id: number, bytes: readonly number[]): number[] => [id, ...sized(bytes)];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, typeI32, 1, resultType]),
    ...section(3, [1, 0]),
    ...section(7, [1, 3, 0x72, 0x75, 0x6e, 0, 0]),
    ...section(10, [1, ...sized(code)]),
  ]);
}

/** Local 0 counts, local 1 is the factor, the others the chains: `c = x * x + c` each. */
function multiplyAdds(): Uint8Array<ArrayBuffer> {
  const every = Array.from({ length: chains }, (_, chain) => chain + 2);
  const fused = every.flatMap((chain) => [...get(1), ...get(1), ...get(chain), 0xfd, 0x85, 0x02, ...set(chain)]);
  const [first, ...others] = every;
  const sum = [...get(first), ...others.flatMap((chain) => [...get(chain), 0xfd, 0xe4, 0x01]), 0xfd, 0x1f, 0];
  return looped([1, chains + 1, typeVector], typeF32, fused, sum);
}

const steps = 16;

/** A chain of additions and exclusive ors, each of which waits for the one before: a cycle each. */
function dependentSteps(): Uint8Array<ArrayBuffer> {
  const pair = [...get(0), 0x6a, ...get(0), 0x73];
  const body = [...get(1), ...Array.from({ length: steps / 2 }, () => pair).flat(), ...set(1)];
  return looped([1, 1, typeI32], typeI32, body, get(1));
}

type Loop = (times: number) => number;

/** The part of WebAssembly that is used here: the types of Node 20 leave it to those of browsers. */
interface Api {
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object) => { readonly exports: { readonly run: Loop } };
}
const api: Api = Reflect.get(globalThis, "WebAssembly");

const compiled = (bytes: Uint8Array<ArrayBuffer>): Loop => new api.Instance(new api.Module(bytes)).exports.run;

/** What one core did at most just now. */
export interface Peak {
  readonly flopsPerSecond: number;
  readonly flopsPerCycle: number;
}

/** Below this the kernel was disturbed, or is no measure of a core with two 128-bit units, which can do 16. */
const leastFlopsPerCycle = 14;

/** Whether a measured peak is one. */
export const isCredible = ({ flopsPerCycle }: Peak): boolean => flopsPerCycle >= leastFlopsPerCycle;

/** Seconds of the fastest of some runs. */
function fastest(loop: Loop, times: number, runs: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    loop(times);
    least = Math.min(least, performance.now() - started);
  }
  return least / 1000;
}

/**
 * A meter of the peak of 128-bit fused multiply-adds; undefined where the engine has none. It gives nothing when it fell
 * below 14 operations a cycle several times in a row, the cycles counted by a chain that takes one each.
 */
export function peakMeter(): (() => Peak | undefined) | undefined {
  if (!api.validate(multiplyAdds())) return undefined;
  const [fused, dependent] = [compiled(multiplyAdds()), compiled(dependentSteps())];
  const times = 20_000;
  const once = (): Peak => {
    const seconds = fastest(fused, times, 3);
    const cyclesPerSecond = (times * steps) / fastest(dependent, times, 3);
    const flopsPerSecond = (times * chains * lanes * 2) / seconds;
    return { flopsPerSecond, flopsPerCycle: flopsPerSecond / cyclesPerSecond };
  };
  for (let warmUp = 0; warmUp < 20; warmUp++) once();
  return () => {
    for (let trial = 0; trial < 10; trial++) {
      const peak = once();
      if (isCredible(peak)) return peak;
    }
    return undefined;
  };
}
