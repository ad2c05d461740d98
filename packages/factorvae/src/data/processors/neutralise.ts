import { DataError } from "../data-error.js";
import { type DayRegression, dayRegression } from "./day-regression.js";
import { changeDays, type Sheet } from "./sheet.js";

/**
 * Takes off each feature on each date the mean of the members of the stock's group, in place; missing where the stock has no
 * group, or its group no member with a value.
 *
 * @throws DataError if the prices have no groups.
 */
export function neutraliseGroups(sheet: Sheet): void {
  const { groups, dates } = sheet;
  if (groups === undefined)
    throw new DataError(
      "features.processors: neutralise-group needs the stocks' groups; name their column, as in data.columns.group=sector",
      { file: "prices" },
    );
  const sums = new Float64Array(groups.names.length);
  const counts = new Float64Array(groups.names.length);
  changeDays(sheet, (column, { date, members }) => {
    sums.fill(0);
    counts.fill(0);
    const groupOf = (n: number): number => groups.of[n * dates.length + date];
    for (let n = 0; n < column.length; n++) {
      if (members[n] === 0 || groupOf(n) < 0 || Number.isNaN(column[n])) continue;
      sums[groupOf(n)] += column[n];
      counts[groupOf(n)]++;
    }
    for (let n = 0; n < column.length; n++)
      column[n] -= groupOf(n) < 0 ? Number.NaN : sums[groupOf(n)] / counts[groupOf(n)];
  });
}

/**
 * Replaces each feature on each date by its residual in the least-squares regression on an intercept and columns of the
 * prices over the date's members, in place: see `dayRegression`.
 *
 * @throws DataError if the prices lack a column.
 */
export function neutraliseColumns(sheet: Sheet, columns: readonly string[]): void {
  const fields = columns.map((name) => {
    const field = sheet.fields[name];
    if (field !== undefined) return field;
    throw new DataError(
      `features.processors: neutralise-regression needs a column of numbers that the prices do not have; they have ${Object.keys(sheet.fields).join(", ")}`,
      { file: "prices", column: name },
    );
  });
  const calendar = sheet.dates.length;
  const regressors = fields.map(() => new Float64Array(sheet.symbols.length));
  let current: DayRegression | undefined;
  let currentDate = -1;
  changeDays(sheet, (column, { date, members }) => {
    if (current === undefined || date !== currentDate) {
      regressors.forEach((values, k) => {
        for (let n = 0; n < values.length; n++) values[n] = fields[k][n * calendar + date];
      });
      current = dayRegression(regressors, members);
      currentDate = date;
    }
    current.toResiduals(column);
  });
}
