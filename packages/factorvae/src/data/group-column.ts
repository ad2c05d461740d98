import { growingInt32 } from "./growing.js";
import type { PriceRows } from "./price-rows.js";

/** Keeps the text column of the role `group` over all tables of a source. */
export interface GroupColumn {
  /** Adds the next row's group; false where it is empty. */
  add(column: string, group: string): boolean;
  /** Gives rows that have none yet an empty group. */
  resize(rows: number): void;
  /** The groups of all rows; undefined where no table has the column. */
  result(): PriceRows["groups"];
}

/** Makes an empty column of groups. */
export function groupColumn(): GroupColumn {
  const of = growingInt32();
  const indices = new Map<string, number>();
  let name: string | undefined;
  return {
    add(column, group) {
      name ??= column;
      const isThere = group.trim() !== "";
      if (isThere && !indices.has(group)) indices.set(group, indices.size);
      of.push(isThere ? (indices.get(group) ?? -1) : -1);
      return isThere;
    },
    resize(rows) {
      while (of.length() < rows) of.push(-1);
    },
    result: () => (name === undefined ? undefined : { column: name, names: [...indices.keys()], of: of.values() }),
  };
}
