import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normaliserRecord } from "./fitted-processor.js";
import { applyNormaliser, fitNormaliser } from "./normaliser.js";
import { processorsLookBack } from "./processor-settings.js";
import { anyProcessors, anySheet, copyOf, sheetOf } from "./processors.samples.js";
import type { Sheet } from "./sheet.js";
import { inOnePart } from "./sheet-parts.js";

const bytes = ({ values }: Sheet): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** The sheet on its dates from one to another (exclusive) alone. */
function between(sheet: Sheet, start: number, end: number): Sheet {
  const calendar = sheet.dates.length;
  const cut = <T extends Float32Array | Float64Array | Int32Array | Uint8Array>(values: T, width = 1): T =>
    values.filter((_, i) => {
      const date = Math.floor(i / width) % calendar;
      return date >= start && date < end;
    }) as T;
  const { groups } = sheet;
  return {
    ...sheet,
    dates: sheet.dates.slice(start, end),
    values: cut(sheet.values, sheet.names.length),
    members: cut(sheet.members),
    fields: Object.fromEntries(Object.entries(sheet.fields).map(([name, values]) => [name, cut(values)])),
    ...(groups && { groups: { ...groups, of: cut(groups.of) } }),
  };
}

describe("processors in order", () => {
  test("saved as JSON and loaded, they give the same bits again, and no missing value", () => {
    fc.assert(
      fc.property(anySheet, anyProcessors, (sheet, processors) => {
        const fittedOn = copyOf(sheet);
        const isTraining = sheet.dates.map((_, t) => t < sheet.dates.length / 2);
        const normaliser = fitNormaliser(inOnePart(fittedOn), isTraining, processors, 3);
        const loaded = normaliserRecord.parse(JSON.parse(JSON.stringify(normaliser)));
        expect(loaded).toEqual(normaliser);
        const appliedTo = copyOf(sheet);
        applyNormaliser(loaded, appliedTo);
        expect(bytes(appliedTo).equals(bytes(fittedOn))).toBe(true);
        expect(appliedTo.values.every(Number.isFinite)).toBe(true);
      }),
    );
  });

  test("altering everything after training changes no fitted number, and no bit of what lies before", () => {
    fc.assert(
      fc.property(anySheet, anySheet, anyProcessors, fc.nat(), (sheet, other, processors, draw) => {
        const training = 1 + (draw % (sheet.dates.length - 1));
        const isTraining = sheet.dates.map((_, t) => t < training);
        const calendar = sheet.dates.length;
        const altered = <T extends Float32Array | Float64Array | Uint8Array>(values: T, from: T, width = 1): T =>
          values.map((one, i) =>
            Math.floor(i / width) % calendar < training ? one : (from[i % from.length] ?? one),
          ) as T;
        const whole = copyOf(sheet);
        const changed: Sheet = {
          ...sheet,
          values: altered(sheet.values, other.values, sheet.names.length),
          members: altered(sheet.members, other.members),
          fields: { size: altered(sheet.fields.size, other.fields.size), age: sheet.fields.age },
        };
        const fit = fitNormaliser(inOnePart(whole), isTraining, processors, 3);
        expect(fitNormaliser(inOnePart(changed), isTraining, processors, 3)).toEqual(fit);
        expect(bytes(between(changed, 0, training)).equals(bytes(between(whole, 0, training)))).toBe(true);
      }),
    );
  });

  test("a value depends on as many dates before as said, so that later data alone give its bits", () => {
    fc.assert(
      fc.property(anySheet, anyProcessors, (sheet, processors) => {
        const normaliser = fitNormaliser(
          inOnePart(copyOf(sheet)),
          sheet.dates.map(() => true),
          processors,
          3,
        );
        const whole = copyOf(sheet);
        applyNormaliser(normaliser, whole);
        const calendar = sheet.dates.length;
        const last = between(sheet, Math.max(0, calendar - 1 - processorsLookBack(processors)), calendar);
        applyNormaliser(normaliser, last);
        const newest = (of: Sheet) => between(of, of.dates.length - 1, of.dates.length);
        expect(bytes(newest(last)).equals(bytes(newest(whole)))).toBe(true);
      }),
    );
  });

  test("a fit of other features, and one whose numbers do not match its features, are refused", () => {
    const sheet = sheetOf(1, 2, 1, [1, 2]);
    const normaliser = fitNormaliser(inOnePart(copyOf(sheet)), [1, 1], [{ kind: "z-score" }], 3);
    expect(() => applyNormaliser(normaliser, { ...sheet, names: ["G"] })).toThrow("processors: fitted to F0; got G");
    expect(normaliserRecord.safeParse({ ...normaliser, names: ["F0", "F1"] }).success).toBe(false);
  });
});
