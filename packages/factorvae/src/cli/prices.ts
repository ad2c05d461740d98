import type { Config } from "../config.js";
import type { Panel, PanelSource } from "../data/panel.js";
import { readPrices } from "../data/read.js";

/** Reads prices as the settings have it. Throws what `readPrices` throws. */
export function configuredPrices(path: string, { data }: Config): Promise<Panel> {
  const { columns, dateFormat, decimalMark, duplicates, missing, query, wide } = data;
  return readPrices(path, {
    columns,
    duplicates,
    missing,
    ...(dateFormat !== "auto" && { dateFormat }),
    ...(decimalMark !== "auto" && { decimalMark }),
    ...(query !== undefined && { query }),
    ...(wide !== undefined && { wide }),
  });
}

/** The file that a panel was read from. Throws for a panel that comes from none. */
export function sourceOf({ source }: Panel): PanelSource {
  if (source === undefined) throw new Error("sourceOf: the panel was read from no file");
  return source;
}
