import type { Check } from "./check.js";
import { type AuditContext, datesOf, otherInputNote } from "./context.js";

/**
 * Compares the run's scores with who was there: every stock of a day's cross-section has a row, those without a label, too,
 * and nobody else; the labels beside the scores are the raw returns.
 */
export const scoredRowsCheck: Check = {
  name: "rows-by-label",
  about: "no stock was left out, added, filled or cut by its label: the scores are those of all stocks with a window",
  run: (context) => {
    const { panel, predictions, dataset } = context;
    const expected = expectedLabels(context);
    const problems: string[] = [];
    let unlabelled = 0;
    let otherLabels = 0;
    let strangers = 0;
    const first = { label: "", stranger: "" };
    for (let row = 0; row < predictions.date.length; row++) {
      const name = `${predictions.symbol[row]} on ${predictions.date[row]}`;
      const label = expected.get(name);
      if (label === undefined) {
        if (strangers++ === 0) first.stranger = name;
        continue;
      }
      expected.delete(name);
      if (Number.isNaN(label)) unlabelled++;
      if (Object.is(label, predictions.label[row])) continue;
      if (otherLabels++ === 0)
        first.label = `${name}: ${predictions.label[row]} beside the score, ${label} by the prices`;
    }
    if (strangers > 0)
      problems.push(
        `${strangers} scores of stocks that had no window of rows (first: ${first.stranger}), as if rows had been filled in`,
      );
    if (expected.size > 0) {
      const without = [...expected.values()].filter(Number.isNaN).length;
      const [name] = [...expected.keys()];
      problems.push(
        `${expected.size} stock-days with a window have no score, ${without} of them no label (first: ${name})`,
      );
    }
    if (otherLabels > 0) problems.push(`${otherLabels} labels are not the raw returns (first: ${first.label})`);
    if (problems.length > 0) return { passed: false, detail: `${problems.join("; ")}${otherInputNote(context)}` };
    const scored = datesOf(context, "valid", "test").length;
    return {
      passed: true,
      detail:
        `${predictions.date.length} scores on ${scored} dates are all ${dataset.panel.symbols.length} symbols' windows, ` +
        `${unlabelled} without a label among them; every label is the raw return (${panel.dates.length} dates)`,
    };
  },
};

/** The label of each stock-day that the run had to score, NaN where there is none. */
function expectedLabels(context: AuditContext): Map<string, number> {
  const { panel, dataset } = context;
  const expected = new Map<string, number>();
  for (const date of datesOf(context, "valid", "test"))
    for (const stock of dataset.crossSections[date])
      expected.set(
        `${panel.symbols[stock]} on ${panel.dates[date]}`,
        dataset.labels[stock * panel.dates.length + date],
      );
  return expected;
}
