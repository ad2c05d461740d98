import { open } from "node:fs/promises";
import { DataError } from "../data-error.js";
import { readCsvTable } from "./csv-table.js";
import { readParquetTable } from "./parquet-table.js";
import type { TableOrigin, TableSink } from "./table.js";

/**
 * Reads one file into a table, as Parquet where its first bytes say so and else as CSV.
 * @param begin makes the table, given how its rows are counted
 * @returns SHA-256 of its bytes as stored
 * @throws DataError if it cannot be read
 */
export const readTable = async (
  path: string,
  begin: (countedBy: TableOrigin["countedBy"]) => TableSink,
): Promise<string> =>
  (await beginsAsParquet(path)) ? readParquetTable(path, begin("row")) : readCsvTable(path, begin("line"));

async function beginsAsParquet(path: string): Promise<boolean> {
  const head = new Uint8Array(4);
  try {
    const file = await open(path);
    try {
      await file.read(head, 0, head.length, 0);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new DataError(`the file cannot be read (${error instanceof Error ? error.message : String(error)})`, {
      file: path,
    });
  }
  return String.fromCharCode(...head) === "PAR1";
}
