import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bars, emptyBars } from "./simulate-bars.js";
import { characteristicHistory, characteristics, signal, simulatedFactors } from "./simulate-characteristics.js";

const stocks = 4;
const length = 64;
const logReturn = fc.double({ min: -0.1, max: 0.1, noNaN: true });
const days = (each: fc.Arbitrary<number>) => fc.array(each, { minLength: stocks * length, maxLength: stocks * length });

const anyBars: fc.Arbitrary<Bars> = fc
  .record({
    change: days(logReturn),
    shadow: days(fc.double({ min: 1e-4, max: 0.05, noNaN: true })),
    body: days(fc.double({ min: 0, max: 0.05, noNaN: true })),
    volumeChange: days(fc.double({ min: -2, max: 2, noNaN: true })),
  })
  .map(({ change, shadow, body, volumeChange }) => {
    const bars = emptyBars(stocks, length);
    bars.change.set(change);
    bars.lowerShadow.set(shadow);
    bars.range.set(shadow.map((x, i) => x + body[i]));
    bars.volumeChange.set(volumeChange);
    for (let at = 0; at < stocks * length; at++) {
      bars.logClose[at] = (at % length === 0 ? 3 : bars.logClose[at - 1]) + change[at];
    }
    return bars;
  });

const sum = (x: readonly number[]) => x.reduce((total, value) => total + value, 0);
const average = (x: readonly number[]) => sum(x) / x.length;

/** The definitions, one slice at a time. */
function bruteForce(bars: Bars, day: number, n: number): number[] {
  const last = (x: Float64Array, count: number) =>
    Array.from(x.slice(n * length + day + 1 - count, n * length + day + 1));
  const range = average(last(bars.range, 20));
  const [r, v] = [last(bars.change, 20), last(bars.volumeChange, 20)];
  const product = (x: number[], y: number[]) => average(x.map((a, i) => a * y[i])) - average(x) * average(y);
  const prices = last(bars.logClose, 10);
  const days = prices.map((_, i) => i + 1);
  const slope = product(prices, days) / product(days, days);
  const fitted = average(prices) + slope * (10 - average(days));
  return [
    Math.log(range),
    average(last(bars.lowerShadow, 20)) / range,
    product(r, v) / Math.sqrt(product(r, r) * product(v, v)),
    (bars.logClose[n * length + day] - bars.logClose[n * length + day - 60]) / range,
    (prices[9] - fitted) / range,
    Math.log(average(v.map(Math.abs))),
  ];
}

describe("characteristics", () => {
  it("are the standard scores of their definitions, window by window", () => {
    fc.assert(
      fc.property(anyBars, fc.integer({ min: characteristicHistory, max: length - 1 }), (bars, day) => {
        const scores = characteristics(bars, day);
        const raw = Array.from({ length: stocks }, (_, n) => bruteForce(bars, day, n));
        scores.forEach((score, c) => {
          const column = raw.map((row) => row[c]);
          const mean = average(column);
          const deviation = Math.sqrt(average(column.map((x) => (x - mean) ** 2)));
          fc.pre(deviation > 1e-6);
          column.forEach((x, n) => {
            expect(score[n]).toBeCloseTo((x - mean) / deviation, 6);
          });
        });
      }),
      { numRuns: 50 },
    );
  });

  it("do not know what comes after the day", () => {
    fc.assert(
      fc.property(anyBars, anyBars, (bars, other) => {
        const before = characteristics(bars, 61);
        for (const name of ["change", "range", "lowerShadow", "volumeChange", "logClose"] as const) {
          for (let n = 0; n < stocks; n++) {
            bars[name].set(other[name].subarray(n * length + 62, (n + 1) * length), n * length + 62);
          }
        }
        expect(characteristics(bars, 61)).toEqual(before);
      }),
      { numRuns: 20 },
    );
  });

  it("are all zero for stocks that do not differ", () => {
    const bars = emptyBars(stocks, length);
    bars.range.fill(0.02);
    bars.volumeChange.fill(0.5);
    for (const score of characteristics(bars, 60)) expect(Array.from(score)).toEqual([0, 0, 0, 0]);
  });
});

describe("signal", () => {
  it("gives the values that its formulas give by hand", () => {
    // s(-4) = .0179862, s(1) = .7310586, tanh(2.25) = .9780261; V of .5, 2, 1.5 and -1 is -.5, 2, 7/6 and 1/3.
    const scores = [0.5, -1, 2, 1.5, -0.5, 0.7].map((score) => Float64Array.of(score));
    const { alpha, exposures } = signal(scores, 1);
    expect(alpha[0]).toBeCloseTo(1 / 3 + 0.6 * 0.9780261 - 0.35, 6);
    expect(exposures).toHaveLength(simulatedFactors);
    const expected = [-0.5, (2 * 0.0179862) / 0.62, 7 / 6, (-0.5 * 0.7310586) / 0.6, 2];
    expected.forEach((value, k) => {
      expect(exposures[k]).toBeCloseTo(value, 6);
    });
  });

  it("leaves momentum out where the correlation, and restlessness where the range, is not positive", () => {
    const negative = Array.from({ length: 6 }, () => Float64Array.of(-1));
    expect(signal(negative, 0.0007).alpha[0]).toBeCloseTo(0.0007 / 3, 12);
  });
});
