import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Panel } from "../panel.js";

/** A folder with these files, gone after the test. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "prices-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** What a panel holds, without where it comes from and what was counted on the way. */
export const contentOf = ({ dates, symbols, fields, present }: Panel): object => ({ dates, symbols, fields, present });

/** Rows dropped, over all reasons. */
export const droppedRows = ({ rows }: Panel): number =>
  Object.values(rows.dropped).reduce((sum, { count }) => sum + count, 0);
