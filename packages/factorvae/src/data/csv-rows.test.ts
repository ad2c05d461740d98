import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvReader } from "./csv-rows.js";
import { DataError } from "./data-error.js";

interface Row {
  readonly line: number;
  readonly fields: readonly string[];
}

function readPieces(pieces: readonly string[], batchLength?: number): Row[] {
  const rows: Row[] = [];
  const reader = csvReader("t.csv", (fields, line) => rows.push({ fields: [...fields], line }), batchLength);
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return rows;
}

const field = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9.]{1,8}$/),
  fc.stringMatching(/^[a-z ,;"\n]{0,6}$/).filter((text) => text.trim() !== ""),
);
const dialect = fc.record({
  delimiter: fc.constantFrom(",", ";", "\t", "|"),
  lineEnd: fc.constantFrom("\n", "\r\n", "\r"),
  byteOrderMark: fc.boolean(),
  lastLineEnds: fc.boolean(),
  quoteAll: fc.boolean(),
});

describe("csvReader", () => {
  test("any table in any dialect, cut into any pieces, comes back field by field", () => {
    const table = fc.array(fc.tuple(field, field, field, field), { minLength: 0, maxLength: 30 });
    fc.assert(
      fc.property(table, dialect, fc.infiniteStream(fc.integer({ min: 1, max: 90 })), (body, how, sizes) => {
        const rows = [["date", "symbol", "close", "volume"], ["2020-01-01", "A", "1", "2"], ...body];
        const quoted = (text: string) =>
          how.quoteAll || /["\n\r]/.test(text) || text.includes(how.delimiter)
            ? `"${text.replaceAll('"', '""')}"`
            : text;
        const lines = rows.map((row) => row.map(quoted).join(how.delimiter));
        const text =
          (how.byteOrderMark ? "\ufeff" : "") + lines.join(how.lineEnd) + (how.lastLineEnds ? how.lineEnd : "");
        const pieces: string[] = [];
        for (let from = 0; from < text.length; ) {
          const size = sizes.next().value;
          pieces.push(text.slice(from, from + size));
          from += size;
        }
        const expected: Row[] = [];
        let line = 1;
        for (const row of rows) {
          expected.push({ fields: row, line });
          line += 1 + row.join("").split("\n").length - 1;
        }
        expect(readPieces(pieces, 128)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test("blank lines are skipped and counted as lines", () => {
    expect(readPieces(["a,b\n\n\n1,2\n"])).toEqual([
      { fields: ["a", "b"], line: 1 },
      { fields: ["1", "2"], line: 4 },
    ]);
  });

  test("a malformed or unclosed quote is refused with its line", () => {
    expect(() => readPieces(['a,b\n1,2\n1,"2"3\n'])).toThrow(/t\.csv, line 3: a quoted field is malformed/);
    expect(() => readPieces(['a,b\n1,"2\n3,4\n'])).toThrow(DataError);
    const endless = Array.from({ length: 40 }, () => "x".repeat(50_000));
    expect(() => readPieces(['a,b\n1,"', ...endless])).toThrow(/line 2: a row is longer than/);
  });
});
