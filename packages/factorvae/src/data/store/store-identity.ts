import { createHash } from "node:crypto";
import type { Sheet } from "../processors/sheet.js";

/**
 * SHA-256, in hexadecimal, of all that processed features are made from: the prices, who is in the universe, the groups, and
 * `settings`, plain data that says how. What differs in any of them has another.
 */
export function storeIdentity(
  { names, dates, symbols, fields, members, groups }: Omit<Sheet, "values">,
  present: Uint8Array,
  settings: unknown,
): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([settings, names, dates, symbols, Object.keys(fields), groups?.names ?? null]));
  for (const values of [...Object.values(fields), present, members]) hash.update(values);
  if (groups) hash.update(groups.of);
  return hash.digest("hex");
}
