import { type Contender, contendersOf, rivalOf } from "../contenders.js";
import type { Group, Row } from "../groups/group.js";
import { type GroupName, groups } from "../groups.js";
import { figureOf, isSteady, majorOf, median, type Results, ratio, shareOfPeak } from "../results.js";
import { doubted, table, told } from "./table.js";

type AnyRow = Row<object>;

const placeOf = (group: Group<object>, { spec }: AnyRow): string =>
  "place" in spec ? String(spec.place) : (group.place ?? "");

/** A column: its head, and its cell in a row; nothing where a row has none. */
interface Column {
  readonly head: string;
  readonly cell: (row: AnyRow) => string;
}

function columnsOf(results: Results, name: GroupName): Column[] {
  const group: Group<object> = groups[name];
  const { unit, ofPeak } = group;
  const own = (contender: Contender): Column[] => {
    const figure = (row: AnyRow) => figureOf(results, name, row.name, contender.name);
    const plain: Column = {
      head: `${contender.title}, ${unit.name}`,
      cell: (row) => {
        const found = figure(row);
        return found ? doubted(told(unit.figure(median(found.medians), row.amount), unit.digits), isSteady(found)) : "";
      },
    };
    const share: Column = {
      head: "of the peak",
      cell: (row) => told(shareOfPeak(figure(row), row.amount), 2),
    };
    return ofPeak && contender.threads === 1 ? [plain, share] : [plain];
  };
  const over = (peer: Contender): Column => ({
    head: `${peer.title} / ours`,
    cell: (row) => {
      const pair = [peer.name, rivalOf(peer)].map((contender) => figureOf(results, name, row.name, contender));
      return doubted(
        told(ratio(pair[0], pair[1]), 2),
        pair.every((figure) => figure && isSteady(figure)),
      );
    },
  });
  return contendersOf(name).flatMap((contender) => (contender.library === "ours" ? own(contender) : [over(contender)]));
}

/** What was measured of a group: a table for each version of Node. */
export function groupSection(name: GroupName, all: readonly Results[]): string {
  const group: Group<object> = groups[name];
  const parts = all.flatMap((results) => {
    const rows = group.rows.filter((row) =>
      results.figures.some((figure) => figure.group === name && figure.row === row.name),
    );
    if (rows.length === 0) return [];
    const columns = columnsOf(results, name).filter(({ cell }) => rows.some((row) => cell(row) !== ""));
    const withPlace = rows.some((row) => placeOf(group, row) !== "");
    const cells = rows.map((row) => [
      row.name.replace(/, (heap|scope)$/, ""),
      ...(withPlace ? [placeOf(group, row)] : []),
      ...columns.map(({ cell }) => cell(row)),
    ]);
    const head = [`Node ${majorOf(results)}`, ...(withPlace ? ["in"] : []), ...columns.map((column) => column.head)];
    return [table(head, cells)];
  });
  return parts.length === 0 ? "" : `## ${name}\n\n${group.about}\n\n${parts.join("\n")}`;
}
