import type { Config } from "../config.js";
import type { Panel, PanelSource } from "../data/panel.js";
import { readPrices } from "../data/read.js";
import { withUniverseFile } from "../data/universe.js";

/** Reads prices, and the universe's file, as the settings have it. Throws what `readPrices` and `withUniverseFile` throw. */
export async function configuredPrices(path: string, { data, universe }: Config): Promise<Panel> {
  const { columns, dateFormat, decimalMark, duplicates, missing, query, timeZone, wide } = data;
  const panel = await readPrices(path, {
    columns,
    duplicates,
    missing,
    ...(dateFormat !== "auto" && { dateFormat }),
    ...(decimalMark !== "auto" && { decimalMark }),
    ...(query !== undefined && { query }),
    ...(timeZone !== undefined && { timeZone }),
    ...(wide !== undefined && { wide }),
  });
  return universe.file === null ? panel : withUniverseFile(panel, universe.file);
}

/** The file that a panel was read from. Throws for a panel that comes from none. */
export function sourceOf({ source }: Panel): PanelSource {
  if (source === undefined) throw new Error("sourceOf: the panel was read from no file");
  return source;
}
