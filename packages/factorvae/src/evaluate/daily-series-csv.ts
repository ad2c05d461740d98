import Papa from "papaparse";
import type { DailySeries } from "./information-coefficient.js";

/** Named daily series as CSV text, one line a value: `name,date,rankIc`. Names hold no comma. */
export function dailySeriesCsv(series: Readonly<Record<string, DailySeries>>): string {
  const lines = Object.entries(series).flatMap(([name, { dates, values }]) =>
    dates.map((date, day) => `${name},${date},${values[day]}\n`),
  );
  return `name,date,rankIc\n${lines.join("")}`;
}

/**
 * The series in text that `dailySeriesCsv` made.
 *
 * @throws Error that names the line where the text is not of that form.
 */
export function parseDailySeriesCsv(text: string): Record<string, DailySeries> {
  const [, ...rows] = Papa.parse<string[]>(text.trimEnd(), { delimiter: ",", newline: "\n" }).data;
  const series = new Map<string, { readonly dates: string[]; readonly values: number[] }>();
  rows.forEach(([name, date, value], at) => {
    if (value === undefined || !Number.isFinite(Number(value)))
      throw new Error(`daily series: line ${at + 2} is not of the form name,date,number`);
    const own = series.get(name) ?? { dates: [], values: [] };
    own.dates.push(date);
    own.values.push(Number(value));
    series.set(name, own);
  });
  return Object.fromEntries(
    [...series].map(([name, { dates, values }]) => [name, { dates, values: Float64Array.from(values) }]),
  );
}
