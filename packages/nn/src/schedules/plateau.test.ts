import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PlateauOptions, type PlateauState, plateau } from "./plateau.js";

const metrics = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { maxLength: 60 });
const options: fc.Arbitrary<PlateauOptions> = fc.record({
  factor: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
  patience: fc.integer({ min: 0, max: 5 }),
  cooldown: fc.integer({ min: 0, max: 4 }),
  threshold: fc.constantFrom(0, 1e-4, 0.1),
  thresholdMode: fc.constantFrom("relative", "absolute"),
  better: fc.constantFrom("smaller", "larger"),
  floor: fc.constantFrom(0, 0.01, 0.5),
});

describe("plateau", () => {
  it("goes on from a saved state, through JSON, as if it had never stopped, to the bit", () => {
    fc.assert(
      fc.property(options, metrics, metrics, (settings, before, after) => {
        const [uninterrupted, first, resumed] = [plateau(settings), plateau(settings), plateau(settings)];
        for (const metric of before) {
          uninterrupted.report(metric);
          first.report(metric);
        }
        resumed.loadState(JSON.parse(JSON.stringify(first.state())));
        expect(resumed.factor()).toBe(first.factor());
        for (const metric of after) expect(resumed.report(metric)).toBe(uninterrupted.report(metric));
        // JSON has no -0: the two compare as they count, equal.
        expect(JSON.stringify(resumed.state())).toBe(JSON.stringify(uninterrupted.state()));
      }),
    );
  });

  it("never raises the rate, and never lowers it below the floor", () => {
    fc.assert(
      fc.property(options, metrics, (settings, reported) => {
        const { report } = plateau(settings);
        let last = 1;
        for (const metric of reported) {
          const next = report(metric);
          expect(next).toBeLessThanOrEqual(last);
          expect(next).toBeGreaterThanOrEqual(Math.min(1, settings.floor ?? 0));
          last = next;
        }
      }),
    );
  });

  it("falls no sooner than patience allows, and then as often as patience and cooldown let it", () => {
    const count = fc.integer({ min: 0, max: 6 });
    fc.assert(
      fc.property(count, count, (patience, cooldown) => {
        const { report } = plateau({ factor: 0.5, patience, cooldown });
        report(1);
        const factors = Array.from({ length: 40 }, () => report(1));
        factors.forEach((factor, at) => {
          const falls = at < patience ? 0 : 1 + Math.floor((at - patience) / (cooldown + patience + 1));
          expect(factor).toBe(0.5 ** falls);
        });
      }),
    );
  });

  it("does the same with a metric of which less is better as with its negative of which more is", () => {
    fc.assert(
      fc.property(options, metrics, (settings, reported) => {
        const [less, more] = [plateau({ ...settings, better: "smaller" }), plateau({ ...settings, better: "larger" })];
        for (const metric of reported) expect(more.report(-metric)).toBe(less.report(metric));
      }),
    );
  });

  it("takes nothing worse for better below 0", () => {
    const { report, state } = plateau({ patience: 0, threshold: 0.1 });
    report(-1);
    expect(report(-0.95)).toBe(0.1);
    expect(state().best).toBe(-1);
  });

  it("does not fall while each metric improves by the threshold", () => {
    const { report } = plateau({ patience: 0, threshold: 0.1 });
    for (let metric = 10, count = 0; count < 50; count++, metric *= 0.89) expect(report(metric)).toBe(1);
  });

  it("has a state that later metrics do not change", () => {
    const { report, state } = plateau({ patience: 0 });
    report(1);
    const before = state();
    report(2);
    expect(before).toEqual({ best: 1, failures: 0, cooldown: 0, factor: 1 });
  });

  it("refuses a metric that is no finite number, and is then as it was", () => {
    const { report, state } = plateau();
    report(1);
    const before = state();
    for (const metric of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => report(metric)).toThrow(`plateau: the metric must be finite, not ${metric}`);
    expect(state()).toEqual(before);
  });

  it.each<[PlateauOptions, string]>([
    [{ factor: 1 }, "factor must be in (0, 1), not 1"],
    [{ factor: 0 }, "factor must be in (0, 1), not 0"],
    [{ patience: -1 }, "patience must be a whole number of at least 0, not -1"],
    [{ cooldown: 0.5 }, "cooldown must be a whole number of at least 0, not 0.5"],
    [{ threshold: Number.NaN }, "threshold must be finite and at least 0, not NaN"],
    [{ floor: 2 }, "floor must be in [0, 1], not 2"],
  ])("refuses %o", (settings, message) => {
    expect(() => plateau(settings)).toThrow(`plateau: ${message}`);
  });

  it("refuses directions and modes that there are not", () => {
    // @ts-expect-error Not a word that it knows.
    expect(() => plateau({ better: "bigger" })).toThrow("plateau: better must be smaller or larger, not bigger");
    // @ts-expect-error Not a word that it knows.
    expect(() => plateau({ thresholdMode: "rel" })).toThrow(
      "plateau: thresholdMode must be relative or absolute, not rel",
    );
  });

  it("refuses what is no word, by its type", () => {
    // @ts-expect-error A number is no word.
    expect(() => plateau({ better: 1 })).toThrow(new TypeError("plateau: better must be smaller or larger, not 1"));
    expect(() => plateau(JSON.parse('{ "better": "bigger" }'))).toThrow(RangeError);
  });

  it.each<[string, string]>([
    ["null", "needs options { best, failures, cooldown, factor }, not null"],
    ["{}", "best must be null or a number, not undefined"],
    ['{ "best": "3", "failures": 0, "cooldown": 0, "factor": 1 }', 'best must be null or a number, not "3"'],
    ['{ "best": 3, "failures": 0, "cooldown": null, "factor": 1 }', "cooldown must be a number, not null"],
    ['{ "best": 3, "failures": 0, "cooldown": 0, "factor": 1, "worst": 1 }', 'there is no option "worst"'],
  ])("refuses the state %s by its type, and keeps its own", (text, message) => {
    const { loadState, state } = plateau();
    const before = state();
    expect(() => loadState(JSON.parse(text))).toThrow(TypeError);
    expect(() => loadState(JSON.parse(text))).toThrow(`plateau.loadState: ${message}`);
    expect(state()).toEqual(before);
  });

  it("refuses the state of a rate below its floor, which its next fall would raise", () => {
    const { loadState, report } = plateau({ floor: 0.01, patience: 0 });
    expect(() => loadState({ best: 1, failures: 0, cooldown: 0, factor: 0.001 })).toThrow(
      "plateau.loadState: factor must be in [0.01, 1], not 0.001",
    );
    loadState({ best: 1, failures: 0, cooldown: 0, factor: 0.01 });
    expect(report(2)).toBe(0.01);
  });

  it.each<[Partial<PlateauState>, string]>([
    [{ best: Number.NaN }, "best must be null or a finite number, not NaN"],
    [{ failures: -1 }, "failures must be a whole number of at least 0, not -1"],
    [{ cooldown: 1.5 }, "cooldown must be a whole number of at least 0, not 1.5"],
    [{ factor: 2 }, "factor must be in [0, 1], not 2"],
  ])("refuses a state with %o, and keeps its own", (part, message) => {
    const { loadState, report, state } = plateau();
    report(3);
    const before = state();
    expect(() => loadState({ ...before, ...part })).toThrow(`plateau.loadState: ${message}`);
    expect(state()).toEqual(before);
  });
});
