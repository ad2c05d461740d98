import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Panel } from "../data/panel.js";
import { simulate } from "../data/simulate.js";
import { repeatedBars } from "../inspect/repeated-bars.js";
import { smallSettings } from "../train/train.samples.js";
import { trainedEvidence } from "./audit.samples.js";
import { auditContext } from "./context.js";
import { filledRowsCheck } from "./filled-rows.js";

const panel = simulate({ seed: 5, stocks: 30, days: 260 }).panel;
const dates = panel.dates.length;

/** Gives cells the values of others, a row each. */
function copied(original: Panel, copies: readonly (readonly [to: number, from: number])[]): Panel {
  const fields = Object.fromEntries(
    Object.entries(original.fields).map(([name, values]) => {
      const changed = values.slice();
      for (const [to, from] of copies) changed[to] = changed[from];
      return [name, changed];
    }),
  );
  const present = original.present.slice();
  for (const [to, from] of copies) present[to] = present[from];
  return { ...original, fields, present };
}

/** Stretches of `length` dates of many stocks, filled from the date after, or before, them. */
function filledGaps(length: number, side: "backward" | "forward"): Panel {
  const copies: (readonly [number, number])[] = [];
  for (let n = 0; n < panel.symbols.length; n++)
    for (const start of [40 + n, 110 + n, 180 + n]) {
      const source = side === "backward" ? start + length : start - 1;
      const cells = Array.from({ length }, (_, at) => n * dates + start + at);
      if (cells.concat(n * dates + source).every((cell) => panel.fields.volume[cell] > 0))
        copies.push(...cells.map((cell) => [cell, n * dates + source] as const));
    }
  return copied(panel, copies);
}

describe("repeatedBars", () => {
  it("finds every stretch that was copied, and nothing in a market where none was", () => {
    expect(repeatedBars(panel)).toEqual([]);
    const traded = Array.from(panel.fields.volume.keys()).filter(
      (cell) => cell % dates > 10 && cell % dates < dates - 10 && panel.fields.volume[cell] > 0,
    );
    fc.assert(
      fc.property(fc.constantFrom(...traded), fc.integer({ min: 1, max: 5 }), (cell, length) => {
        const filled = copied(
          panel,
          Array.from({ length }, (_, at) => [cell + at + 1, cell] as const),
        );
        const symbol = Math.floor(cell / dates);
        expect(repeatedBars(filled)).toEqual([{ symbol, from: cell % dates, to: (cell % dates) + length }]);
      }),
    );
  });

  it("takes rows without trade for what they are", () => {
    const still = { ...panel, fields: { ...panel.fields, volume: panel.fields.volume.map(() => 0) } };
    expect(repeatedBars(still)).toEqual([]);
  });
});

describe("the check for rows filled backward", async () => {
  const evidence = await trainedEvidence(panel, { ...smallSettings, train: { ...smallSettings.train, epochs: 1 } });
  const run = (of: Panel) => filledRowsCheck.run(auditContext(evidence, of));

  it("passes where nothing was filled, and where gaps were filled from the past", async () => {
    expect(await run(panel)).toMatchObject({ passed: true, detail: expect.stringMatching(/^0 rows repeat/) });
    expect(await run(filledGaps(8, "forward"))).toMatchObject({ passed: true });
  });

  it("fails where gaps were filled from what follows", async () => {
    expect(await run(filledGaps(8, "backward"))).toMatchObject({
      passed: false,
      detail: expect.stringMatching(/dates nearer to what follows: they were filled backward \(first: S\d+ /),
    });
  });

  it("fails where a late listing was filled to the file's beginning, and names it", async () => {
    const late = panel.symbols.findIndex((_, n) => panel.present[n * dates] === 0);
    const first = panel.present.indexOf(1, late * dates);
    const filled = copied(
      panel,
      Array.from({ length: first - late * dates }, (_, at) => [late * dates + at, first] as const),
    );
    expect(await run(filled)).toMatchObject({
      passed: false,
      detail: expect.stringContaining(`(first: ${panel.symbols[late]} ${panel.dates[0]} to`),
    });
  });
});
