import type { Config } from "../config.js";
import type { Panel, PanelSource } from "../data/panel.js";
import { readPrices } from "../data/read.js";

/** Reads a prices file as the settings have it. Throws what `readPrices` throws. */
export const configuredPrices = (
  path: string,
  { data: { columns, duplicates, decimalMark } }: Config,
): Promise<Panel> => readPrices(path, { columns, duplicates, ...(decimalMark !== "auto" && { decimalMark }) });

/** The file that a panel was read from. Throws for a panel that comes from none. */
export function sourceOf({ source }: Panel): PanelSource {
  if (source === undefined) throw new Error("sourceOf: the panel was read from no file");
  return source;
}
