import { csvReader } from "../csv-rows.js";
import type { TableSink } from "./table.js";

/** Takes the text of a CSV table piece by piece, and hands its rows on. Throws DataError as `csvReader`, and what the table throws. */
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
