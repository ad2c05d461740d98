import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { html, type Markup, trusted } from "./html.js";

/** Width in pixels of a picture as wide as the page. */
const fullWidth = 860;
/** Width in pixels of one of two pictures side by side. */
export const halfWidth = 420;

/** One coloured line or bar of a picture, for its key. */
export interface KeyEntry {
  readonly name: string;
  /** A CSS colour, usually one of the page's variables. */
  readonly color: string;
  readonly dashed?: boolean;
}

/** What a picture says besides what it draws. */
export interface FigureText {
  readonly title: string;
  /** What to see and how to read it. */
  readonly caption: Markup;
  readonly key?: readonly KeyEntry[];
}

/** Draws marks as one static SVG, its parts coloured by the page's CSS variables. */
export function drawing(description: string, options: Plot.PlotOptions): Markup {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const { outerHTML }: { readonly outerHTML: string } = Plot.plot({
    document,
    width: fullWidth,
    height: 280,
    marginLeft: 56,
    marginRight: 16,
    marginTop: 24,
    marginBottom: 36,
    style: { fontSize: "12px", overflow: "visible" },
    ...options,
  });
  return html`<div class="picture" role="img" aria-label="${description}">${trusted(outerHTML)}</div>`;
}

/** A picture with its title above, its key, and the text on how to read it below. */
export function figure({ title, caption, key = [] }: FigureText, ...pictures: readonly Markup[]): Markup {
  return html`<figure>
<h3>${title}</h3>
${key.length > 0 && keyOf(key)}
<div class="pictures">${pictures}</div>
<figcaption>${caption}</figcaption>
</figure>
`;
}

/** Midnight UTC of an ISO date, the form in which pictures take dates. */
export function timeOf(date: string): Date {
  return new Date(`${date}T00:00:00Z`);
}

/** Days up to which a time axis names every date: below, Plot would divide days into hours. */
const shortAxisDays = 12;

/** The time axis of pictures over `dates`. */
export function dateAxis(dates: readonly string[]): Plot.ScaleOptions {
  if (dates.length > shortAxisDays) return { type: "utc", label: null };
  return {
    type: "utc",
    label: null,
    ticks: dates.map(timeOf),
    tickFormat: (date: Date) => date.toISOString().slice(0, 10),
  };
}

/** A line along dates, or a dot where there is but one. */
export function timeLine(
  points: readonly { date: Date; value: number }[],
  stroke: string,
  strokeWidth: number,
): Plot.RenderableMark {
  if (points.length === 1) return Plot.dot([...points], { x: "date", y: "value", fill: stroke });
  return Plot.line([...points], { x: "date", y: "value", stroke, strokeWidth });
}

/** Running sums of a series, each paired with its date; the form in which cumulative pictures take their lines. */
export function cumulative(dates: readonly string[], values: ArrayLike<number>): { date: Date; value: number }[] {
  let sum = 0;
  return dates.map((date, day) => {
    sum += values[day];
    return { date: timeOf(date), value: sum };
  });
}

function keyOf(entries: readonly KeyEntry[]): Markup {
  const items = entries.map(
    ({ name, color, dashed }) =>
      html`<li><span class="swatch${dashed && " dashed"}" style="color:${color}"></span>${name}</li>`,
  );
  return html`<ul class="key">${items}</ul>`;
}
