import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { fitNormaliser } from "../processors/normaliser.js";
import { anyProcessors, anySheet, copyOf } from "../processors/processors.samples.js";
import { inOnePart } from "../processors/sheet-parts.js";
import { storedSheet } from "./stored-sheet.js";

const folder = mkdtempSync(join(tmpdir(), "stored-sheet-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Where the values begin in the tests' file. */
const valuesAt = 24;

describe("a sheet on disk", () => {
  it("is processed as one in memory, to the bit, whatever part of it is in memory at once", () => {
    const path = join(folder, "values");
    const bytes = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(
        anySheet,
        anyProcessors,
        bytes,
        bytes,
        fc.nat(8),
        (sheet, processors, partBytes, gatheredBytes, last) => {
          const isTraining = sheet.dates.map((_, date) => date <= last);
          writeFileSync(path, Buffer.concat([Buffer.alloc(valuesAt), Buffer.from(sheet.values.buffer)]));
          const file = openSync(path, "r+");
          try {
            const stored = storedSheet({ path, file, valuesAt }, sheet, { partBytes, gatheredBytes });
            const normaliser = fitNormaliser(stored, isTraining, processors, 3);
            stored.flush();
            const inMemory = copyOf(sheet);
            expect(normaliser).toEqual(fitNormaliser(inOnePart(inMemory), isTraining, processors, 3));
            const bits = Buffer.from(inMemory.values.buffer);
            expect(readFileSync(path).subarray(valuesAt).equals(bits)).toBe(true);
          } finally {
            closeSync(file);
          }
        },
      ),
    );
  });
});
