import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type WalkForwardSplit, walkForwardSplits } from "./walk-forward.js";

const calendar = (count: number) =>
  Array.from({ length: count }, (_, t) => new Date(Date.UTC(2015, 0, 1 + t)).toISOString().slice(0, 10));

interface Walk {
  readonly how: WalkForwardSplit;
  readonly dates: readonly string[];
  readonly span: number;
}

const anyWalk: fc.Arbitrary<Walk> = fc
  .record({
    span: fc.integer({ min: 1, max: 4 }),
    embargo: fc.nat(6),
    more: fc.integer({ min: 1, max: 8 }),
    testMore: fc.integer({ min: 1, max: 15 }),
    step: fc.option(fc.integer({ min: 1, max: 30 })),
    trainWindow: fc.constantFrom("rolling" as const, "expanding" as const),
    dates: fc.integer({ min: 60, max: 150 }),
  })
  .map(({ span, embargo, more, testMore, step, trainWindow, dates }) => ({
    how: {
      trainDays: span + embargo + more,
      validDays: span + embargo + 1,
      testDays: span + testMore,
      trainWindow,
      embargo,
      ...(step !== null && { stepDays: step }),
    },
    dates: calendar(dates),
    span,
  }));

const indicesOf = (splitOf: readonly unknown[], name: string) => splitOf.flatMap((one, t) => (one === name ? [t] : []));

describe("a walk forward", () => {
  test("trains, validates and tests on dates that follow each other, as long as asked for", () => {
    fc.assert(
      fc.property(anyWalk, ({ how, dates, span }) => {
        const folds = walkForwardSplits(dates, how, span);
        const step = how.stepDays ?? how.testDays;
        folds.forEach(({ splitOf }, fold) => {
          const [train, valid, test] = ["train", "valid", "test"].map((name) => indicesOf(splitOf, name));
          expect(train[0]).toBe(how.trainWindow === "expanding" ? 0 : fold * step);
          expect(train).toHaveLength(how.trainDays + (how.trainWindow === "expanding" ? fold * step : 0));
          expect(valid).toHaveLength(how.validDays);
          expect([valid[0], test[0]]).toEqual([train[train.length - 1] + 1, valid[valid.length - 1] + 1]);
          if (fold < folds.length - 1) expect(test).toHaveLength(Math.min(how.testDays, dates.length - test[0]));
        });
      }),
    );
  });

  test("uses no date whose label or embargo touches the next split", () => {
    fc.assert(
      fc.property(anyWalk, ({ how, dates, span }) => {
        for (const { splitOf, usable } of walkForwardSplits(dates, how, span))
          for (const [name, next] of [
            ["train", "valid"],
            ["valid", "test"],
          ]) {
            const [own, after] = [indicesOf(splitOf, name), indicesOf(splitOf, next)];
            const reach = span + (how.embargo ?? 0);
            const expected = own.filter((t) => t + reach < after[0]);
            expect(own.filter((t) => usable[t] === 1)).toEqual(expected);
            // The first of those that are not used is the first that would touch it.
            expect((expected.at(-1) ?? own[0] - 1) + 1 + reach).toBe(after[0]);
          }
      }),
    );
  });

  test("tests every date after the first validation once, where it goes on by the length of the test", () => {
    fc.assert(
      fc.property(anyWalk, ({ how: { stepDays: _, ...how }, dates, span }) => {
        const tested = walkForwardSplits(dates, how, span).flatMap(({ splitOf }) => indicesOf(splitOf, "test"));
        const first = how.trainDays + how.validDays;
        expect(tested).toEqual(Array.from({ length: dates.length - first }, (_date, at) => first + at));
      }),
    );
  });

  test("keeps its folds but the last as the calendar grows", () => {
    fc.assert(
      fc.property(anyWalk, fc.integer({ min: 1, max: 60 }), ({ how, dates, span }, more) => {
        const before = walkForwardSplits(dates, how, span).slice(0, -1);
        const after = walkForwardSplits(calendar(dates.length + more), how, span);
        before.forEach(({ edges, splitOf }, fold) => {
          if (indicesOf(splitOf, "test").length < how.testDays) return;
          expect(after[fold].edges).toEqual(edges);
        });
      }),
    );
  });

  test("is refused where the calendar is too short, a length is none, or the embargo leaves nothing", () => {
    const how = { trainDays: 30, validDays: 10, testDays: 10 };
    expect(() => walkForwardSplits(calendar(42), how)).toThrow(/42 dates are too few .* at least 43 are needed/);
    expect(walkForwardSplits(calendar(43), how)).toHaveLength(1);
    expect(() => walkForwardSplits(calendar(99), { ...how, stepDays: 0 })).toThrow(/stepDays must be a positive whole/);
    expect(() => walkForwardSplits(calendar(99), { ...how, embargo: 8 })).toThrow(
      /the valid split has 10 of 99 dates, none .* and an embargo of 8 dates in the same split/,
    );
    expect(() => walkForwardSplits(calendar(99), { ...how, embargo: -1 })).toThrow(/embargo must be a whole number/);
  });
});
