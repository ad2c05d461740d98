import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constant, cosine, inSequence, linearWarmUp, stepDecay } from "./schedule.js";

const count = fc.integer({ min: 1, max: 1000 });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const step = fc.integer({ min: 0, max: 3000 });

describe("schedules", () => {
  it("stay between 0 and 1", () => {
    fc.assert(
      fc.property(count, share, step, (steps, to, at) => {
        for (const schedule of [constant, linearWarmUp(steps, to), cosine(steps, to), stepDecay(steps, to)]) {
          expect(schedule(at)).toBeGreaterThanOrEqual(0);
          expect(schedule(at)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it("warm up by equal amounts, and then stay at 1", () => {
    fc.assert(
      fc.property(count, share, step, (steps, start, at) => {
        const warmUp = linearWarmUp(steps, start);
        expect(warmUp(0)).toBe(start);
        expect(warmUp(steps + at)).toBe(1);
        const rise = at < steps ? (1 - start) / steps : 0;
        expect(warmUp(at + 1) - warmUp(at)).toBeCloseTo(rise, 12);
      }),
    );
  });

  it("fall along the cosine from 1 to the end, the same distance from both ends, and then stay there", () => {
    fc.assert(
      fc.property(count, share, step, (steps, end, at) => {
        const wave = cosine(steps, end);
        expect(wave(0)).toBe(1);
        expect(wave(steps + at)).toBeCloseTo(end, 12);
        const within = at % (steps + 1);
        expect(wave(within) - end).toBeCloseTo(1 - wave(steps - within), 12);
        expect(wave(at + 1)).toBeLessThanOrEqual(wave(at));
      }),
    );
    expect(cosine(3)(1)).toBeCloseTo(0.75, 12);
  });

  it("are multiplied by the factor after every so many steps", () => {
    fc.assert(
      fc.property(count, share, step, (every, factor, at) => {
        const decay = stepDecay(every, factor);
        expect(decay(at + every)).toBeCloseTo(decay(at) * factor, 12);
        expect(decay(at % every)).toBe(1);
      }),
    );
  });

  it("follow one another, the second counting from 0 again", () => {
    fc.assert(
      fc.property(count, step, (steps, at) => {
        const [first, second] = [linearWarmUp(2 * steps, 0), cosine(steps)];
        const both = inSequence(first, steps, second);
        expect(both(at)).toBe(at < steps ? first(at) : second(at - steps));
      }),
    );
  });

  it("are always 1 where they are constant", () => {
    fc.assert(
      fc.property(step, (at) => {
        expect(constant(at)).toBe(1);
      }),
    );
  });

  it("refuse steps that there cannot be", () => {
    const schedules = {
      constant,
      linearWarmUp: linearWarmUp(5, 0.1),
      cosine: cosine(5),
      stepDecay: stepDecay(5, 0.5),
      inSequence: inSequence(constant, 5, constant),
    };
    for (const [name, schedule] of Object.entries(schedules))
      for (const step of [Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY])
        expect(() => schedule(step)).toThrow(`${name}: a step is a whole number of at least 0, not ${step}`);
  });

  it("refuse settings that are none", () => {
    expect(() => linearWarmUp(0, 0.1)).toThrow("linearWarmUp: steps must be a whole number of at least 1, not 0");
    expect(() => linearWarmUp(5, 2)).toThrow("linearWarmUp: start must be in [0, 1], not 2");
    expect(() => cosine(1.5)).toThrow("cosine: steps must be a whole number of at least 1, not 1.5");
    expect(() => cosine(5, -1)).toThrow("cosine: end must be in [0, 1], not -1");
    expect(() => stepDecay(0, 0.5)).toThrow("stepDecay: every must be a whole number of at least 1, not 0");
    expect(() => stepDecay(5, Number.NaN)).toThrow("stepDecay: factor must be in [0, 1], not NaN");
    expect(() => inSequence(constant, 0, constant)).toThrow("inSequence: steps must be a whole number");
  });
});
