const named: Readonly<Record<string, string>> = {
  test: "var(--test)",
  validation: "var(--valid)",
  oracle: "var(--oracle)",
  observable: "var(--observable)",
  ridge: "var(--ridge)",
};
const others = ["var(--other-1)", "var(--other-2)", "var(--other-3)"];

/** Colour of a series by its name, so that `test` looks the same in every picture; names not known take turns. */
export function seriesColor(name: string, index = 0): string {
  return named[name] ?? others[index % others.length];
}

/** Colour of a score group, from the lowest (0) to the highest (9). */
export function groupColor(group: number): string {
  return `var(--group-${group})`;
}
