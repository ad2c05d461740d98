import { copyColumns } from "../panel.js";
import type { Sheet } from "../processors/sheet.js";
import type { SheetParts } from "../processors/sheet-parts.js";
import { readBytes, writeBytes } from "./file-bytes.js";

/** How much of a sheet is in memory at once. */
export interface SheetRoom {
  /** Bytes of values that a part holds, about. */
  readonly partBytes: number;
  /** Bytes that values gathered from training dates may take; less of them makes more passes over the file. */
  readonly gatheredBytes: number;
}

const defaultRoom: SheetRoom = { partBytes: 2 ** 26, gatheredBytes: 3 * 2 ** 27 };

/** A sheet whose values are in an open file, from byte `valuesAt` on. */
export interface StoredValues {
  readonly path: string;
  readonly file: number;
  readonly valuesAt: number;
}

/**
 * A sheet on disk, symbol-major as in memory, in parts. What changes stock by stock waits for the next walk over
 * the stocks, so that processors in a row make one; `flush` makes it.
 */
export function storedSheet(
  stored: StoredValues,
  sheet: Omit<Sheet, "values">,
  { partBytes, gatheredBytes }: SheetRoom = defaultRoom,
): SheetParts & { readonly flush: () => void } {
  const { names, dates, symbols } = sheet;
  let waiting: ((part: Sheet) => void)[] = [];

  function walkStocks(read: (part: Sheet) => void): void {
    const stride = dates.length * names.length;
    const together = Math.max(1, Math.floor(partBytes / (4 * stride)));
    const room = new Float32Array(Math.min(together, symbols.length) * stride);
    for (let from = 0; from < symbols.length; from += together) {
      const to = Math.min(symbols.length, from + together);
      const values = room.subarray(0, (to - from) * stride);
      const at = stored.valuesAt + 4 * from * stride;
      readBytes(stored.path, stored.file, values, at);
      const part = stocksOf(sheet, from, to, values);
      for (const change of waiting) change(part);
      if (waiting.length > 0) writeBytes(stored.file, values, at);
      read(part);
    }
    waiting = [];
  }

  function changeDays(change: (part: Sheet) => void): void {
    const together = Math.max(1, Math.floor(partBytes / (4 * symbols.length * names.length)));
    for (let from = 0; from < dates.length; from += together) {
      const to = Math.min(dates.length, from + together);
      const stride = (to - from) * names.length;
      const values = new Float32Array(symbols.length * stride);
      const eachStock = (move: (values: Float32Array, at: number) => void): void =>
        symbols.forEach((_, n) => {
          const at = stored.valuesAt + 4 * (n * dates.length + from) * names.length;
          move(values.subarray(n * stride, (n + 1) * stride), at);
        });
      eachStock((stretch, at) => readBytes(stored.path, stored.file, stretch, at));
      change(daysOf(sheet, from, to, values));
      eachStock((stretch, at) => writeBytes(stored.file, stretch, at));
    }
  }

  const flush = (): void => {
    if (waiting.length > 0) walkStocks(() => {});
  };
  return {
    names,
    dates,
    symbols,
    members: sheet.members,
    featuresAtOnce: (values) => Math.max(1, Math.floor(gatheredBytes / (8 * values))),
    visit: walkStocks,
    change(by, change) {
      if (by === "stocks") return void waiting.push(change);
      flush();
      changeDays(change);
    },
    flush,
  };
}

/** The stocks `from` to `to` of a sheet, with these values. */
function stocksOf(sheet: Omit<Sheet, "values">, from: number, to: number, values: Float32Array): Sheet {
  const { dates, symbols, members, fields, groups } = sheet;
  const [first, end] = [from * dates.length, to * dates.length];
  return {
    ...sheet,
    symbols: symbols.slice(from, to),
    values,
    members: members.subarray(first, end),
    fields: Object.fromEntries(Object.entries(fields).map(([name, cells]) => [name, cells.subarray(first, end)])),
    ...(groups && { groups: { ...groups, of: groups.of.subarray(first, end) } }),
  };
}

/** The dates `from` to `to` of a sheet, with these values. */
function daysOf(sheet: Omit<Sheet, "values">, from: number, to: number, values: Float32Array): Sheet {
  const { dates, symbols, members, fields, groups } = sheet;
  const cells = symbols.length * (to - from);
  const columns = { width: dates.length, from, to };
  return {
    ...sheet,
    dates: dates.slice(from, to),
    values,
    members: copyColumns(members, columns, new Uint8Array(cells)),
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, all]) => [name, copyColumns(all, columns, new Float64Array(cells))]),
    ),
    ...(groups && { groups: { ...groups, of: copyColumns(groups.of, columns, new Int32Array(cells)) } }),
  };
}
