import { fold, key, normal, permutation, uniform } from "@factorvae/autograd";
import { copyColumns, type Panel } from "../data/panel.js";

/** What is done to everything after a day. */
export type Alteration = "cut" | "altered" | "shuffled";

/**
 * A panel whose dates up to `last` (an index into the calendar) are as they were, and all later ones are gone ("cut"),
 * other numbers in other rows ("altered": every value times a random factor, a third of the rows missing) or in another
 * order, each symbol in its own ("shuffled"). Symbols stay, also those without a row. The same arguments give the same bits.
 *
 * @throws RangeError if `last` is not on the calendar.
 */
export function afterwards(panel: Panel, last: number, how: Alteration): Panel {
  const { dates, symbols } = panel;
  if (!(last >= 0 && last < dates.length))
    throw new RangeError(`afterwards: date ${last} is not one of the ${dates.length} of the calendar`);
  if (how === "cut") return cut(panel, last);
  const later = dates.length - last - 1;
  if (later === 0) return panel;
  const root = fold(fold(key(0), how), last);
  const take = how === "shuffled" ? shuffledOrder(root, symbols.length, later) : undefined;
  const isGone = how === "altered" ? uniform(root, [symbols.length * later]).data : undefined;
  const each = (values: Float64Array, name: string): Float64Array => {
    const factors = how === "altered" ? normal(fold(root, name), [symbols.length * later]).data : undefined;
    const changed = values.slice();
    forLater(symbols.length, dates.length, last, (cell, at) => {
      const from = take === undefined ? cell : cell - (at % later) + take[at];
      const factor = factors === undefined ? 1 : Math.exp(0.3 * factors[at]);
      changed[cell] = isGone !== undefined && isGone[at] < 1 / 3 ? Number.NaN : values[from] * factor;
    });
    return changed;
  };
  const present = panel.present.slice();
  forLater(symbols.length, dates.length, last, (cell, at) => {
    const from = take === undefined ? cell : cell - (at % later) + take[at];
    present[cell] = isGone !== undefined && isGone[at] < 1 / 3 ? 0 : panel.present[from];
  });
  const fields = Object.entries(panel.fields).map(([name, values]) => [name, each(values, name)]);
  return { ...panel, fields: Object.fromEntries(fields), present };
}

function cut(panel: Panel, last: number): Panel {
  const { dates, symbols, fields, groups, universe } = panel;
  const columns = { width: dates.length, from: 0, to: last + 1 };
  const cells = symbols.length * (last + 1);
  const earlier = Object.entries(fields).map(([name, values]) => [
    name,
    copyColumns(values, columns, new Float64Array(cells)),
  ]);
  return {
    ...panel,
    dates: dates.slice(0, last + 1),
    fields: Object.fromEntries(earlier),
    present: copyColumns(panel.present, columns, new Uint8Array(cells)),
    ...(groups && { groups: { ...groups, of: copyColumns(groups.of, columns, new Int32Array(cells)) } }),
    ...(universe && {
      universe: { ...universe, members: copyColumns(universe.members, columns, new Uint8Array(cells)) },
    }),
  };
}

/** Calls back for each cell after `last` with the cell and its number among them, symbol by symbol. */
function forLater(symbols: number, dates: number, last: number, visit: (cell: number, at: number) => void): void {
  let at = 0;
  for (let n = 0; n < symbols; n++) for (let t = last + 1; t < dates; t++) visit(n * dates + t, at++);
}

/** For each symbol its own order of the later dates: which of them each takes, counted from 0. */
function shuffledOrder(root: ReturnType<typeof key>, symbols: number, later: number): Int32Array {
  const order = new Int32Array(symbols * later);
  for (let n = 0; n < symbols; n++) order.set(permutation(fold(root, n), later).data, n * later);
  return order;
}
