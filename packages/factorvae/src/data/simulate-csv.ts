import type { Panel } from "./panel.js";

const columns = ["open", "high", "low", "close", "volume"] as const;

function cell(value: number): string {
  return Number.isNaN(value) ? "" : String(value);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A panel as the text of a prices file, date by date: chunks whose concatenation is a CSV file with the header
 * `date,symbol,open,high,low,close,volume`, one line for each row that the panel has.
 *
 * Numbers are the shortest that read back to the same bits; a missing value is an empty cell. A suspended row (volume 0)
 * repeats the stock's last close as its four prices, as exchanges publish it. Throws an Error when the panel lacks one of
 * the five columns.
 */
export function* pricesCsv(panel: Panel): Generator<string> {
  const { dates, symbols, present } = panel;
  const fields = columns.map((name) => {
    const values = panel.fields[name];
    if (values === undefined) {
      throw new Error(`pricesCsv: the panel has no column ${name}; it has ${Object.keys(panel.fields).join(", ")}`);
    }
    return values;
  });
  const [, , , close, volume] = fields;
  const names = symbols.map(quoted);
  const lastClose = new Float64Array(symbols.length).fill(Number.NaN);
  yield `date,symbol,${columns.join(",")}\n`;
  for (let t = 0; t < dates.length; t++) {
    let chunk = "";
    for (let n = 0; n < symbols.length; n++) {
      const at = n * dates.length + t;
      if (present[at] === 0) continue;
      if (!Number.isNaN(close[at])) lastClose[n] = close[at];
      const suspended = volume[at] === 0 && Number.isNaN(close[at]);
      const values = fields.map((field) => (suspended && field !== volume ? lastClose[n] : field[at]));
      chunk += `${dates[t]},${names[n]},${values.map(cell).join(",")}\n`;
    }
    yield chunk;
  }
}
