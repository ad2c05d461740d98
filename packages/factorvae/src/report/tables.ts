import type { RowCounts, Tally } from "../data/panel.js";
import { whole } from "./format.js";
import { html, type Markup } from "./html.js";

/** What became of the rows of the prices file. */
export function rowsTable(rows: RowCounts): Markup {
  const line = (kind: string, [reason, { count, example }]: [string, Tally]) =>
    html`<tr><th scope="row">${kind}: ${words(reason)}</th><td>${whole(count)}</td><td class="text">${example}</td></tr>
`;
  return html`<div class="scroll rows"><table>
<thead><tr><th></th><th scope="col">rows</th><th scope="col" class="text">for example</th></tr></thead>
<tbody>
<tr><th scope="row">read</th><td>${whole(rows.read)}</td><td></td></tr>
<tr><th scope="row">used</th><td>${whole(rows.used)}</td><td></td></tr>
${Object.entries(rows.dropped).map((entry) => line("dropped", entry))}${Object.entries(rows.noted).map((entry) => line("noted", entry))}
</tbody></table></div>
`;
}

/** A reason as it is counted, `thinDate`, in words. */
const words = (reason: string): string => reason.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** Settings by name, nested ones as `train.epochs`. */
export function settingsTable(settings: Readonly<Record<string, unknown>>): Markup {
  const lines = flatten(settings, "").map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td class="text">${value}</td></tr>
`,
  );
  return html`<div class="columns"><table><tbody>
${lines}</tbody></table></div>
`;
}

function flatten(settings: object, prefix: string): [string, string][] {
  return Object.entries(settings).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    const path = `${prefix}${name}`;
    if (value === undefined) return [];
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return flatten(value, `${path}.`);
    return [[path, text(value)]];
  });
}

/** A value in words: `none` for null and an empty list, `winsorise-deviations, deviations 3` for an object with a kind. */
function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null) return "none";
  if (Array.isArray(value)) {
    const isOfObjects = value.some((one) => typeof one === "object" && one !== null);
    return value.length === 0 ? "none" : value.map(text).join(isOfObjects ? "; " : ", ");
  }
  if (typeof value !== "object") return JSON.stringify(value);
  return Object.entries(value)
    .map(([name, of]) => (name === "kind" ? text(of) : `${name} ${text(of)}`))
    .join(", ");
}
