import * as Plot from "@observablehq/plot";
import { drawing, figure, timeOf } from "../report/chart.js";
import { counted, whole } from "../report/format.js";
import { html, type Markup, trusted } from "../report/html.js";
import { style } from "../report/style.js";
import { rowsTable } from "../report/tables.js";
import type { CoveragePicture } from "./coverage-picture.js";
import type { Found, Inspection } from "./inspect.js";

/** Places of one kind that the page lists. */
const placesListed = 25;

/**
 * What was found in prices, as one self-contained page; it loads nothing and runs no script. A picture of coverage finer than
 * the inspection's own may be given.
 */
export function inspectionPage(inspection: Inspection, coverage: CoveragePicture = inspection.coverage): string {
  const { file, symbols, dates, firstDate, lastDate, calendar, columns, rows, found, survivorship } = inspection;
  const title = `Prices of ${file.split("/").at(-1) ?? file}`;
  const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map((day, at) => `${day} ${calendar.weekdays[at]}`);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
<p>${counted(symbols, "symbol")} on ${counted(dates, "date")}, ${firstDate} to ${lastDate}, ${calendar.datesPerYear.toFixed(1)} a year (${days.join(", ")}); ${counted(calendar.daysWithout, "usual market day")} without a row.</p>
<p>${survivorship.hint}.</p>
</header>
<section>
<h2>Coverage</h2>
${coverageFigure(coverage)}
</section>
<section>
<h2>Found</h2>
${foundTable(found)}
</section>
${found.filter(({ count }) => count > 0).map(placesSection)}
<section>
<h2>Columns</h2>
<div class="scroll rows"><table><tbody>
${columns.map(
  ({ name, meaning }) => html`<tr><th scope="row">${name}</th><td class="text">${meaning}</td></tr>
`,
)}</tbody></table></div>
</section>
<section>
<h2>Rows</h2>
${rowsTable(rows)}</section>
</main>
</body>
</html>
`.markup;
}

function coverageFigure({ bands, from, share }: CoveragePicture): Markup {
  const edges = from.map(timeOf);
  const step = edges.length > 1 ? edges[edges.length - 1].getTime() - edges[edges.length - 2].getTime() : 86_400_000;
  const ends = [...edges.slice(1), new Date(edges[edges.length - 1].getTime() + step)];
  const starts = [0];
  for (const { symbols } of bands) starts.push(starts[starts.length - 1] + symbols);
  const cells = share.flatMap((row, band) =>
    row.map((part, at) => ({
      x1: edges[at],
      x2: ends[at],
      y1: starts[band],
      y2: starts[band + 1],
      shade: shadeOf(part),
    })),
  );
  const picture = drawing("Share of stock-days with a price, by symbols and dates", {
    height: 360,
    x: { type: "utc", label: null },
    y: { label: "symbols, by first row", reverse: true, domain: [0, starts[starts.length - 1]] },
    marks: [
      Plot.rect(cells, {
        x1: "x1",
        x2: "x2",
        y1: "y1",
        y2: "y2",
        fill: "var(--test)",
        fillOpacity: "shade",
        shapeRendering: "crispEdges",
      }),
    ],
    opacity: { type: "linear", domain: [0, 1], range: [0, 1] },
  });
  const caption = html`Each field is a band of symbols over a stretch of dates; the fuller its colour, the more of its stock-days have a price; one that lacks any is plainly lighter. Symbols stand by their first row, from the top: late listings make steps below, delistings bright ends to the right.`;
  return figure({ title: "Where there are prices", caption }, picture);
}

/** A field that lacks a price is told from a whole one, however little it lacks. */
const shadeOf = (part: number): number => (part === 1 ? 1 : 0.75 * part);

function foundTable(found: readonly Found[]): Markup {
  const lines = found.map(
    ({ name, about, count }) =>
      html`<tr><th scope="row">${name}</th><td>${whole(count)}</td><td class="text">${about}</td></tr>
`,
  );
  return html`<div class="scroll rows"><table>
<thead><tr><th></th><th scope="col">places</th><th scope="col" class="text">what it is</th></tr></thead>
<tbody>
${lines}</tbody></table></div>
`;
}

function placesSection({ name, count, places }: Found): Markup {
  const listed = places.slice(0, placesListed);
  const lines = listed.map(
    ({ symbol, date, detail }) =>
      html`<tr><th scope="row">${symbol ?? "all"}</th><td class="text">${date}</td><td class="text">${detail}</td></tr>
`,
  );
  const rest = count > listed.length && html`<p class="remark">The gravest ${listed.length} of ${whole(count)}.</p>`;
  return html`<section>
<h2>${name}</h2>
<div class="scroll rows"><table><tbody>
${lines}</tbody></table></div>
${rest}</section>
`;
}
