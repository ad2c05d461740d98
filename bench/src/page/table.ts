/** A Markdown table, all columns but the first to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

/** A number whose rounds lie far apart bears a question mark. */
export const doubted = (cell: string, isSteady: boolean): string => (cell === "" || isSteady ? cell : `${cell} ?`);

/** A number with so many digits behind the point; nothing where there is none. */
export const told = (value: number | undefined, digits: number): string => value?.toFixed(digits) ?? "";
