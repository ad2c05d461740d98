import { describe, expect, it } from "vitest";
import { contendersOf } from "./contenders.js";
import { groupNames, groups } from "./groups.js";
import type { Results } from "./results.js";
import { isReached, targets } from "./targets.js";

/** Every contender at every row: a second a run, and a peak that one operation a second reaches. */
const everything: Results = {
  date: "",
  node: "20.1.0",
  v8: "",
  machine: { cpu: "", cores: 1, memoryGb: 1, system: "" },
  load: [0, 0],
  effort: { rounds: 3, turnMs: 1, warmUpMs: 1, runs: 1 },
  versions: {},
  missing: [],
  figures: groupNames.flatMap((group) =>
    groups[group].rows.flatMap(({ name, amount }) =>
      contendersOf(group).map((contender) => ({
        group,
        row: name,
        contender: contender.name,
        medians: [1, 1, 1],
        least: 1,
        others: 0,
        peaks: [amount, amount, amount],
      })),
    ),
  ),
};

const ofPeers: Results = {
  ...everything,
  figures: everything.figures.filter(({ contender }) => !contender.startsWith("ours")),
};

describe("the targets", () => {
  it("are all about rows and contenders that there are", () => {
    const inUnits: readonly (number | undefined)[] = targets.map((target) => target.value(everything));
    expect(inUnits.filter((value) => value === undefined)).toEqual([]);
    expect(new Set(inUnits)).toEqual(new Set([1, 250, 1e3, 1e-3]));
  });

  it("are not told where something that they take is missing, or disturbed", () => {
    for (const target of targets) expect(target.value(ofPeers)).toBe(undefined);
    const disturbed = {
      ...everything,
      figures: everything.figures.map((figure) => ({ ...figure, medians: [1, 1, 9] })),
    };
    const [gru] = targets.filter(({ name }) => name.startsWith("GRU, N = 300"));
    expect(gru.value(disturbed)).toBe(Number.NaN);
    expect(isReached(gru, Number.NaN, 24)).toBe(false);
  });

  it("are reached from the required value on, by the version of Node", () => {
    for (const target of targets) {
      const [node20, node24] = target.required;
      const worse = target.falls ? 1.01 : 0.99;
      expect([isReached(target, node20, 20), isReached(target, node20 * worse, 20)]).toEqual([true, false]);
      expect([isReached(target, node24, 24), isReached(target, node24 * worse, 24)]).toEqual([true, false]);
    }
  });
});
