import { describe, expect, it } from "vitest";
import type { ConfigInput } from "../config.js";
import { historyOf } from "./dataset.js";
import { predictWithDrift } from "./predict.js";
import { train } from "./train.js";
import { smallMarket, smallSettings } from "./train.samples.js";

describe("predict by groups of dates", () => {
  const panel = smallMarket();
  const day = panel.dates.length;
  const spans = [{ from: panel.dates[4] }, { from: panel.dates[70], to: panel.dates[day - 40] }];
  const names = ["KLEN", "STD5", "ROC10"];
  const cases: Readonly<Record<string, ConfigInput>> = {
    "z-scores": { features: { names } },
    "labels of several dates, in another unit": {
      features: { names },
      label: { horizon: 3, target: "excess" },
      universe: { top: 20, days: 30 },
    },
    "processors that look back": {
      features: {
        names,
        processors: [
          { kind: "fill-forward", limit: 3 },
          { kind: "winsorise-quantiles" },
          { kind: "cross-section-rank" },
          { kind: "fill-zero" },
        ],
      },
    },
  };

  it.each(Object.entries(cases))("gives the bits of one group: %s", async (_, settings) => {
    const { run } = await train(panel, { ...smallSettings, ...settings });
    const perDate = 4 * panel.symbols.length * names.length;
    const history = historyOf(run.config, names);
    for (const span of spans) {
      const whole = predictWithDrift(run, panel, span);
      for (const together of [1, 37, 100]) {
        const featureBytes = perDate * (history - 1 + together);
        expect(predictWithDrift(run, panel, { ...span, featureBytes })).toEqual(whole);
      }
    }
  });
});
