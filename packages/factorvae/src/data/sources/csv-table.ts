import { csvReader } from "../csv-rows.js";
import { streamText } from "../file-text.js";
import type { TableSink } from "./table.js";

/** Takes the text of a CSV table piece by piece, and hands its rows on. */
export function csvTable(file: string, sink: TableSink): { push(text: string): void; end(): void } {
  let hasHeader = false;
  const reader = csvReader(file, (fields, line) => {
    if (hasHeader) sink.row(fields, line);
    else {
      hasHeader = true;
      sink.header(fields, reader.delimiter() === ";");
    }
  });
  return {
    push: reader.push,
    end() {
      reader.end();
      sink.end();
    },
  };
}

/**
 * Streams a CSV file, plain or gzipped, into a table.
 * @returns SHA-256 of its bytes as stored
 * @throws DataError as `streamText` and `csvReader`, and whatever the table throws.
 */
export async function readCsvTable(path: string, sink: TableSink): Promise<string> {
  const table = csvTable(path, sink);
  const sha256 = await streamText(path, table.push);
  table.end();
  return sha256;
}
