import { describe, expect, it } from "vitest";
import type { Panel } from "../data/panel.js";
import { compared } from "./drift.js";
import { predict, predictWithDrift } from "./predict.js";
import { train } from "./train.js";
import { smallMarket, smallSettings } from "./train.samples.js";

const names = ["A", "B", "C"];
const shares = (...byFeature: readonly (number | null)[]) => {
  const known = byFeature.filter((share) => share !== null);
  return { share: known.reduce((sum, one) => sum + one, 0) / known.length, byFeature };
};

describe("compared", () => {
  it("calls it drift where more than twice as much, and 5 points more, of all is clipped", () => {
    const training = shares(0.04, 0.04, 0.04);
    expect(compared(names, shares(0.08, 0.08, 0.08), training).isDrifted).toBe(false);
    const drift = compared(names, shares(0.1, 0.05, 0.13), training);
    expect(drift).toMatchObject({ isDrifted: true, trainingShare: training.share });
    expect(drift.features.map(({ name }) => name)).toEqual(["C", "A"]);
    // Above twice as much, but by few points; by many points, but less than twice as much.
    expect(compared(names, shares(0.05, 0.05, 0.05), shares(0.01, 0.01, 0.01)).isDrifted).toBe(false);
    expect(compared(names, shares(0.38, 0.38, 0.38), shares(0.2, 0.2, 0.2)).isDrifted).toBe(false);
  });

  it("calls it drift where 25 points more of one feature are, and leaves out features that are never cut", () => {
    const training = shares(0.05, null, 0.05);
    const drift = compared(names, shares(0.05, null, 0.09), training);
    expect(drift).toMatchObject({ isDrifted: false, features: [] });
    const ten = names.concat(["D", "E", "F", "G", "H", "I", "J"]);
    const all = (last: number) => shares(...Array.from({ length: 9 }, () => 0.02), last);
    const one = compared(ten, all(0.28), all(0.02));
    expect(one).toMatchObject({ isDrifted: true, features: [{ name: "J", share: 0.28, trainingShare: 0.02 }] });
    expect(one.share - one.trainingShare).toBeLessThan(0.05);
    expect(compared(ten, all(0.26), all(0.02)).isDrifted).toBe(false);
  });
});

describe("predictWithDrift", () => {
  const panel = smallMarket();
  const day = panel.dates.length;
  /** The panel with one feature's column on its newest dates in another unit. */
  const inOtherUnit = (of: Panel, from: number): Panel => ({
    ...of,
    fields: { ...of.fields, size: of.fields.size.map((size, cell) => (cell % day >= from ? 1000 * size : size)) },
  });
  const sized: Panel = {
    ...panel,
    fields: { ...panel.fields, size: Float64Array.from(panel.present, (_, cell) => ((cell * 7919) % 101) + 1) },
  };

  it("finds a feature that came in another unit, in the windows that were scored, and scores as predict does", async () => {
    const { run } = await train(sized, { ...smallSettings, features: { columns: ["size"] } });
    const { predictions, drift } = predictWithDrift(run, sized);
    expect(predictions).toEqual(predict(run, sized));
    expect(drift?.isDrifted).toBe(false);
    expect(drift?.trainingShare).toBe(run.fit.clipped?.share);
    const moved = predictWithDrift(run, inOtherUnit(sized, day - 3)).drift;
    expect(moved).toMatchObject({ isDrifted: true, features: [{ name: "size" }] });
    // Three of the five dates of the windows.
    expect(moved?.features[0].share).toBeCloseTo(0.6, 1);
    const before = { from: sized.dates[day - 10], to: sized.dates[day - 4] };
    expect(predictWithDrift(run, inOtherUnit(sized, day - 3), before).drift?.isDrifted).toBe(false);
  });

  it("tells nothing for a run without shares, of ranks or of an earlier version", async () => {
    const processors = [{ kind: "cross-section-rank" as const }, { kind: "fill-zero" as const }];
    const { run } = await train(panel, { ...smallSettings, features: { processors } });
    expect(run.fit.clipped).toBeUndefined();
    expect(predictWithDrift(run, panel).drift).toBeUndefined();
  });
});
