import { createHash } from "node:crypto";
import type { Panel } from "./panel.js";

/** SHA-256 of what a panel holds and of the words that it was asked for in, in hexadecimal: whatever order rows came in. */
export function panelHash({ dates, symbols, fields, present }: Omit<Panel, "rows">, question: string): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([question, dates, symbols, Object.keys(fields)]));
  for (const values of Object.values(fields)) hash.update(values);
  return hash.update(present).digest("hex");
}
