import { erf as erfOfDouble } from "../src/backend/reference/erf.js";
import {
  type Backend,
  erf,
  exp,
  expm1,
  log,
  log1p,
  scope,
  sigmoid,
  softplus,
  type Tensor,
  tanh,
  tensor,
  withBackend,
} from "../src/index.js";

/** A function of kernels, and the same in double precision. */
interface Judged {
  readonly kernel: (x: Tensor) => Tensor;
  readonly oracle: (x: number) => number;
}

/** The functions of one number that kernels approximate. */
export const judged = {
  exp: { kernel: exp, oracle: Math.exp },
  log: { kernel: log, oracle: Math.log },
  log1p: { kernel: log1p, oracle: Math.log1p },
  expm1: { kernel: expm1, oracle: Math.expm1 },
  tanh: { kernel: tanh, oracle: Math.tanh },
  sigmoid: {
    kernel: sigmoid,
    oracle: (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
  },
  softplus: { kernel: softplus, oracle: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) },
  erf: { kernel: erf, oracle: erfOfDouble },
} satisfies Record<string, Judged>;

/** The name of one of them. */
export type JudgedName = keyof typeof judged;

/** Distances between neighbours among float32 numbers, by the exponent of a double less 1023: denormal ones count from 2^-149. */
const spacings = Float64Array.from({ length: 2047 }, (_, biased) => 2 ** (Math.max(biased - 1023, -126) - 23));
const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

/** The distance of float32 numbers around this one. */
function spacingAt(exact: number): number {
  double[0] = exact;
  return spacings[(halves[1] >>> 20) & 2047];
}

/**
 * How far a result is from the exact value, in units in the last place: infinite where only one of them is NaN, or zero but
 * of another sign. What lies below 2^128 may be rounded to infinity, which then counts as that; what lies beyond must be.
 */
export function unitsApart(got: number, exact: number): number {
  if (Math.abs(exact) >= 2 ** 128 || Number.isNaN(got) || Number.isNaN(exact))
    return Object.is(got, Math.fround(exact)) ? 0 : Number.POSITIVE_INFINITY;
  if (got === 0 || exact === 0) {
    const sameSign = Object.is(Math.sign(got) * 0, Math.sign(exact) * 0);
    return sameSign ? Math.abs(got - exact) / spacingAt(exact) : Number.POSITIVE_INFINITY;
  }
  const size = Math.min(Math.abs(got), 2 ** 128) * Math.sign(got);
  return Math.abs(size - exact) / spacingAt(exact);
}

/** Where a function of kernels is farthest from the exact value. */
export interface Worst {
  readonly units: number;
  readonly at: number;
}

/** The worst of these float32 numbers, for each of the backends; what they make of NaN is not looked at. */
function worstAmong({ kernel, oracle }: Judged, backends: readonly Backend[], numbers: Float32Array): Worst[] {
  const results = backends.map((backend) => withBackend(backend, () => scope(() => kernel(tensor(numbers)).data)));
  const worst = results.map(() => ({ units: 0, at: 0 }));
  for (let at = 0; at < numbers.length; at++) {
    if (Number.isNaN(numbers[at])) continue;
    const exact = oracle(numbers[at]);
    for (let way = 0; way < results.length; way++) {
      const units = unitsApart(results[way][at], exact);
      if (units > worst[way].units) worst[way] = { units, at: numbers[at] };
    }
  }
  return worst;
}

/** The worst for each of the backends over float32 numbers, every `step`th of all that there are, in order of their bits. */
export function worstOf(name: JudgedName, backends: readonly Backend[], step: number): readonly Worst[] {
  const [total, block] = [Math.ceil(2 ** 32 / step), 2 ** 15];
  const words = new Uint32Array(block);
  const numbers = new Float32Array(words.buffer);
  let worst: readonly Worst[] = backends.map(() => ({ units: 0, at: 0 }));
  for (let start = 0; start < total; start += block) {
    const length = Math.min(block, total - start);
    for (let at = 0; at < length; at++) words[at] = (start + at) * step;
    const found = worstAmong(judged[name], backends, numbers.subarray(0, length));
    worst = worst.map((before, way) => (found[way].units > before.units ? found[way] : before));
  }
  return worst;
}

/** The worst for each of the backends over the numbers of a list and their neighbours, so many on either side. */
export function worstAround(
  name: JudgedName,
  backends: readonly Backend[],
  list: readonly number[],
  reach: number,
): readonly Worst[] {
  const centres = new Int32Array(Float32Array.from(list).buffer);
  const neighbours = Array.from({ length: 2 * reach + 1 }, (_, at) => at - reach);
  const words = Int32Array.from([...centres].flatMap((centre) => neighbours.map((distance) => centre + distance)));
  return worstAmong(judged[name], backends, new Float32Array(words.buffer));
}
