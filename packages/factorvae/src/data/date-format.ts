import { DataError } from "./data-error.js";
import { clockPattern, dayNumber } from "./dates.js";

type Part = "year" | "month" | "day";

/** What the letters of a format stand for: the pattern of the text, and the number that it means. */
const tokens: Readonly<
  Record<string, { readonly part: Part; readonly pattern: string; readonly read: (text: string) => number }>
> = {
  YYYY: { part: "year", pattern: "\\d{4}", read: Number },
  // As POSIX has it: 69 to 99 are of the last century.
  YY: { part: "year", pattern: "\\d{2}", read: (text) => Number(text) + (Number(text) < 69 ? 2000 : 1900) },
  MMMM: { part: "month", pattern: "[a-z]{3,9}", read: (text) => monthNumber(text, false) },
  MMM: { part: "month", pattern: "[a-z]{3}", read: (text) => monthNumber(text, true) },
  MM: { part: "month", pattern: "\\d{2}", read: Number },
  M: { part: "month", pattern: "\\d{1,2}", read: Number },
  DD: { part: "day", pattern: "\\d{2}", read: Number },
  D: { part: "day", pattern: "\\d{1,2}", read: Number },
};

const months = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

/**
 * Makes the reader of dates written in one format: `DD/MM/YYYY`, `M/D/YY`, `DD-MMM-YYYY`, `YYYYMMDD`. Other letters and
 * signs stand for themselves; between signs a day or month of one digit is read for `DD` and `MM` too. English month
 * names, in any case. A time of day may follow, and is ignored.
 * @returns a function from text to days since 1970-01-01, NaN where the text is no such date
 * @throws DataError if the format does not name year, month and day once each.
 */
export function dateFormatReader(format: string): (text: string) => number {
  const order: { readonly part: Part; readonly read: (text: string) => number }[] = [];
  const pieces = format.trim().match(/YYYY|YY|MMMM|MMM|MM|M|DD|D|[^YMD]+|./g) ?? [];
  const pattern = pieces.map((piece, i) => {
    const token = tokens[piece];
    if (token === undefined) return piece.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
    order.push(token);
    const isApart = [pieces[i - 1], pieces[i + 1]].every((beside) => beside === undefined || !(beside in tokens));
    return `(${isApart && token.pattern === "\\d{2}" && token.part !== "year" ? "\\d{1,2}" : token.pattern})`;
  });
  for (const part of ["year", "month", "day"]) {
    if (order.filter((token) => token.part === part).length === 1) continue;
    throw new DataError(
      `the format has to name the ${part} once; write it of YYYY, MM and DD, as in DD/MM/YYYY, MM/DD/YYYY or DD-MMM-YYYY`,
      { file: "data.dateFormat", value: format },
    );
  }
  const written = new RegExp(`^${pattern.join("")}${clockPattern}$`, "i");
  return (text) => {
    const found = written.exec(text.trim());
    if (found === null) return Number.NaN;
    const at: Record<Part, number> = { year: Number.NaN, month: Number.NaN, day: Number.NaN };
    order.forEach(({ part, read }, i) => {
      at[part] = read(found[i + 1]);
    });
    return dayNumber(at.year, at.month, at.day);
  };
}

function monthNumber(name: string, isShort: boolean): number {
  const text = name.toLowerCase();
  const index = months.findIndex((month) => (isShort ? month.slice(0, 3) : month) === text);
  return index < 0 ? Number.NaN : index + 1;
}
