import type { FeatureTable } from "./feature-table.js";

/**
 * Features as the text of a CSV file, date by date: `date,symbol`, then the features by name, one line for each row that
 * the prices have. A missing value is an empty cell; numbers read back to the same bits.
 *
 * @param present 1 where there is a row, symbol-major `[symbols, dates]`, as a panel has it
 */
export function* featuresCsv({ names, dates, symbols, values }: FeatureTable, present: Uint8Array): Generator<string> {
  const quoted = symbols.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text));
  yield `date,symbol,${names.join(",")}\n`;
  for (let t = 0; t < dates.length; t++) {
    let chunk = "";
    for (let n = 0; n < symbols.length; n++) {
      const at = n * dates.length + t;
      if (present[at] === 0) continue;
      chunk += `${dates[t]},${quoted[n]}`;
      for (let c = at * names.length; c < (at + 1) * names.length; c++)
        chunk += Number.isNaN(values[c]) ? "," : `,${values[c]}`;
      chunk += "\n";
    }
    yield chunk;
  }
}
