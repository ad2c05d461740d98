import type { ColumnRole } from "./columns.js";
import { DataError, storedPlace } from "./data-error.js";
import type { PriceRows } from "./price-rows.js";

const priceRoles = ["open", "high", "low", "close", "vwap"] as const satisfies readonly ColumnRole[];

/** Prices and volumes by row, cleaned and adjusted. Fields that the file does not have are absent. */
export interface CleanPrices {
  /** By field name: `open`, `high`, `low`, `close`, `vwap`, `volume`, `factor`, and each further column by its name. */
  readonly fields: ReadonlyMap<string, Float64Array>;
}

/**
 * Applies the rules for single rows, in this order, and counts each in `rows.noted`:
 * a price, adjusted close or factor that is not positive, and a negative volume, is missing; a bar with high < low or a
 * close outside [low, high] is used as given; open, high, low, close and vwap are multiplied by the adjustment factor
 * (`Adj Close / Close`, or the file's own), volume is not; a row with volume 0 is suspended: its prices are missing,
 * unless over half of all volumes are 0, when 0 says nothing.
 *
 * The arrays of `rows` are not changed. Throws DataError if no row has a close then.
 * @param used 1 for the rows that count (duplicates taken out), row by row
 */
export function cleanPrices(rows: PriceRows, used: Uint8Array): CleanPrices {
  const fields = new Map<string, Float64Array>();
  const names = new Map<string, string>();
  for (const { name, role, values } of rows.columns) {
    fields.set(role ?? name, values.slice());
    names.set(role ?? name, name);
  }
  const example = (row: number, field?: string, value?: number | string) => () =>
    storedPlace({
      ...rows.placeOf(row),
      ...(field === undefined ? {} : { column: names.get(field) ?? field }),
      ...(value === undefined ? {} : { value: String(value) }),
    });

  function blank(reason: string, field: string, isBad: (value: number) => boolean): void {
    const values = fields.get(field);
    if (values === undefined) return;
    for (let row = 0; row < values.length; row++) {
      if (used[row] === 0 || !isBad(values[row])) continue;
      rows.noted.add(reason, example(row, field, values[row]));
      values[row] = Number.NaN;
    }
  }

  for (const role of [...priceRoles, "adjustedClose"]) blank("nonPositivePrice", role, (value) => value <= 0);
  blank("nonPositiveFactor", "factor", (value) => value <= 0);
  blank("negativeVolume", "volume", (value) => value < 0);
  noteInconsistentBars(fields, used, (row, bar) => rows.noted.add("inconsistentBar", example(row, "close", bar)));
  adjust(fields, used, (row, factor) => {
    const reason = !Number.isNaN(factor) ? "adjusted" : "missingFactor";
    rows.noted.add(reason, !Number.isNaN(factor) ? example(row, "factor", factor) : example(row));
  });
  suspend(fields, used, {
    suspended: (row) => rows.noted.add("suspended", example(row, "volume", 0)),
    zeroIsNoSuspension: (row, count) => rows.noted.add("zeroVolumeKept", example(row, "volume", 0), count),
  });
  if (fields.get("close")?.every((price, row) => used[row] === 0 || Number.isNaN(price))) refuseEmpty(rows);
  return { fields };
}

/** Refuses rows of which none has a price left, with all that became of them. */
function refuseEmpty({ file, noted }: PriceRows): never {
  const reasons = Object.entries(noted.result()).map(
    ([reason, { count, example }]) => `${reason} ${count} (first: ${example})`,
  );
  throw new DataError(`no close is left: ${reasons.join(", ")}`, { file });
}

function noteInconsistentBars(
  fields: ReadonlyMap<string, Float64Array>,
  used: Uint8Array,
  note: (row: number, bar: string) => void,
): void {
  const [high, low, close] = [fields.get("high"), fields.get("low"), fields.get("close")];
  if (high === undefined || low === undefined || close === undefined) return;
  for (let row = 0; row < used.length; row++) {
    const inconsistent = high[row] < low[row] || close[row] > high[row] || close[row] < low[row];
    if (inconsistent && used[row] === 1) note(row, `${close[row]} (high ${high[row]}, low ${low[row]})`);
  }
}

/** Turns `adjustedClose` into `factor` and multiplies the prices; where the factor is missing, so are they. */
function adjust(
  fields: Map<string, Float64Array>,
  used: Uint8Array,
  note: (row: number, factor: number) => void,
): void {
  const adjusted = fields.get("adjustedClose");
  const close = fields.get("close");
  if (adjusted !== undefined && close !== undefined) {
    fields.delete("adjustedClose");
    fields.set(
      "factor",
      adjusted.map((value, row) => value / close[row]),
    );
  }
  const factor = fields.get("factor");
  if (factor === undefined) return;
  for (const role of priceRoles) {
    const prices = fields.get(role);
    if (prices === undefined) continue;
    for (let row = 0; row < prices.length; row++) prices[row] *= factor[row];
  }
  for (let row = 0; row < factor.length; row++) if (used[row] === 1 && factor[row] !== 1) note(row, factor[row]);
}

function suspend(
  fields: ReadonlyMap<string, Float64Array>,
  used: Uint8Array,
  note: { suspended: (row: number) => void; zeroIsNoSuspension: (row: number, count: number) => void },
): void {
  const volume = fields.get("volume");
  if (volume === undefined) return;
  let zeros = 0;
  let present = 0;
  let firstZero = -1;
  for (let row = 0; row < volume.length; row++) {
    if (used[row] === 0 || Number.isNaN(volume[row])) continue;
    present++;
    if (volume[row] !== 0) continue;
    zeros++;
    if (firstZero < 0) firstZero = row;
  }
  if (zeros === 0) return;
  if (2 * zeros > present) {
    note.zeroIsNoSuspension(firstZero, zeros);
    return;
  }
  const prices = priceRoles.flatMap((role) => fields.get(role) ?? []);
  for (let row = 0; row < volume.length; row++) {
    if (volume[row] !== 0 || used[row] === 0) continue;
    note.suspended(row);
    for (const values of prices) values[row] = Number.NaN;
  }
}
