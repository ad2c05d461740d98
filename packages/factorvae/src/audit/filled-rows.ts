import type { Panel } from "../data/panel.js";
import { type Repeat, repeatedBars } from "../inspect/repeated-bars.js";
import type { Check } from "./check.js";

/** Equal bars at the very beginning of a symbol that no market gives. */
const leadingBars = 3;
/** Standard deviations of a fair coin beyond which the side of the larger gap is no chance. */
const surelyMoreOften = 3;

/**
 * Looks for rows that were copied from a later one. A symbol that begins, on the file's first date, with the same bar again
 * and again was filled backward to there. Elsewhere a copy bears no date; but a price is nearer to that of the day next to it
 * than to one several days away: copies of the past lie close to the bar before, copies of the future close to the bar after.
 */
export const filledRowsCheck: Check = {
  name: "backward-fill",
  about: "no row of the prices was filled from a later one",
  run: ({ panel }) => {
    const repeats = repeatedBars(panel);
    const rows = repeats.reduce((sum, { from, to }) => sum + to - from, 0);
    const name = ({ symbol, from, to }: Repeat): string =>
      `${panel.symbols[symbol]} ${panel.dates[from]} to ${panel.dates[to]}`;
    const leading = repeats.filter(({ from, to }) => from === 0 && to - from + 1 >= leadingBars);
    if (leading.length > 0)
      return {
        passed: false,
        detail:
          `${leading.length} symbols begin with one bar repeated from the first date on (first: ${name(leading[0])}): ` +
          "prices from before they were listed; leave rows that do not exist out of the file",
      };
    const { nearerAfter, nearerBefore } = sides(panel, repeats);
    const told = nearerAfter + nearerBefore;
    const sigmas = told === 0 ? 0 : (nearerAfter - nearerBefore) / Math.sqrt(told);
    const counts = `${rows} rows repeat the bar of the date before to the digit`;
    if (sigmas > surelyMoreOften)
      return {
        passed: false,
        detail: `${counts}, ${nearerAfter} of ${told} dates nearer to what follows: they were filled backward (first: ${name(repeats[0])})`,
      };
    const side = told > 0 ? `, ${nearerAfter} of ${told} dates nearer to what follows` : "";
    const first = repeats.length > 0 ? ` (first: ${name(repeats[0])})` : "";
    return { passed: true, detail: `${counts}${side}${first}; no symbol begins with a repeated bar` };
  },
};

/**
 * On how many dates the bars repeated from there are mostly nearer to what follows, and on how many to what went before. A
 * date has one vote: what happened to many symbols on one date happened once.
 */
function sides({ fields: { close, open }, dates }: Panel, repeats: readonly Repeat[]) {
  const votes = new Map<number, number>();
  for (const { symbol, from, to } of repeats) {
    if (from === 0 || to === dates.length - 1) continue;
    const [first, last] = [symbol * dates.length + from, symbol * dates.length + to];
    const gapBefore = Math.abs(Math.log((open ?? close)[first] / close[first - 1]));
    const gapAfter = Math.abs(Math.log((open ?? close)[last + 1] / close[last]));
    if (Number.isNaN(gapBefore - gapAfter)) continue;
    votes.set(from, (votes.get(from) ?? 0) + Math.sign(gapBefore - gapAfter));
  }
  const count = (side: number): number => [...votes.values()].filter((vote) => Math.sign(vote) === side).length;
  return { nearerAfter: count(1), nearerBefore: count(-1) };
}
