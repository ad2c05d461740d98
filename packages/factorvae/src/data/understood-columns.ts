import type { Columns } from "./columns.js";
import type { UnderstoodColumn } from "./panel.js";

/** What became of each column of a header, given the names of those that were kept as numbers. */
export function understoodColumns({ header, roles }: Columns, kept: readonly string[]): UnderstoodColumn[] {
  const roleAt = new Map([...roles].map(([role, index]) => [index, role]));
  return header.map((name, index) => {
    const role = roleAt.get(index);
    const isHeld = role === "date" || role === "symbol" || role === "group" || kept.includes(name);
    return { name, meaning: isHeld ? (role ?? "kept") : "left out" };
  });
}
