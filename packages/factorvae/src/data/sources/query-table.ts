import { createRequire } from "node:module";
import { DataError } from "../data-error.js";
import { querySource } from "./query-source.js";
import { Instant, type TableSink, type Value } from "./table.js";

/** What stands for the file where rows come from a query. */
export const queryOrigin = "data.query";

type DuckDb = typeof import("@duckdb/node-api");

/**
 * Runs an SQL query in DuckDB, in this process, and hands its rows on as they come. The files of `path` are the view
 * `prices`; where `path` is a DuckDB database, its tables are there by name, to be read alone.
 * @param symbolColumn the name of the column that is mapped to the symbol, if one is
 * @throws DataError if DuckDB is not installed, the query fails or gives no columns, and whatever the table throws.
 */
export async function readQueryTable(
  path: string,
  query: string,
  sink: TableSink,
  symbolColumn: string | undefined,
): Promise<void> {
  const duckDb = await loadDuckDb();
  const { database, view } = await querySource(path, symbolColumn);
  const instance = await asDataError(path, () =>
    database === undefined
      ? duckDb.DuckDBInstance.create()
      : duckDb.DuckDBInstance.create(database, { access_mode: "READ_ONLY" }),
  );
  try {
    const connection = await instance.connect();
    try {
      if (view !== undefined) {
        const names = await asDataError(path, async () =>
          (await connection.runAndReadAll(view.namesQuery)).getRowsJS().map(([name]) => String(name)),
        );
        await asDataError(path, () => connection.run(view.definition(names)));
      }
      const result = await asDataError(queryOrigin, () => connection.stream(query));
      const names = result.columnNames();
      sink.header(names, false);
      const plainValue = valuesOf(duckDb);
      const values: Value[] = new Array(names.length);
      let at = 0;
      for (;;) {
        const chunk = await asDataError(queryOrigin, () => result.fetchChunk());
        if (chunk === null || chunk.rowCount === 0) break;
        const columns = chunk.getColumns();
        for (let row = 0; row < chunk.rowCount; row++) {
          for (let c = 0; c < columns.length; c++) values[c] = plainValue(columns[c][row]);
          sink.row(values, ++at);
        }
      }
      sink.end();
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** An optional package: whoever sets no query needs none of it. */
async function loadDuckDb(): Promise<DuckDb> {
  try {
    createRequire(import.meta.url).resolve("@duckdb/node-api");
  } catch {
    throw new DataError("a query needs DuckDB, which is not installed; install the package @duckdb/node-api", {
      file: queryOrigin,
    });
  }
  try {
    return await import("@duckdb/node-api");
  } catch (error) {
    throw new DataError(`DuckDB cannot be loaded here: ${messageOf(error)}`, { file: queryOrigin });
  }
}

function valuesOf(duckDb: DuckDb): (value: unknown) => Value {
  const at = (milliseconds: bigint) => new Date(Number(milliseconds));
  return (value) => {
    if (typeof value !== "object") return value === undefined || !isPlain(value) ? null : value;
    if (value === null) return null;
    if (value instanceof duckDb.DuckDBDateValue) return new Date(value.days * 86_400_000);
    if (value instanceof duckDb.DuckDBDecimalValue) return value.toDouble();
    if (value instanceof duckDb.DuckDBTimestampTZValue) return new Instant(Number(value.micros / 1000n));
    if (value instanceof duckDb.DuckDBTimestampValue) return at(value.micros / 1000n);
    if (value instanceof duckDb.DuckDBTimestampMillisecondsValue) return at(value.millis);
    if (value instanceof duckDb.DuckDBTimestampSecondsValue) return at(value.seconds * 1000n);
    if (value instanceof duckDb.DuckDBTimestampNanosecondsValue) return at(value.nanos / 1_000_000n);
    return String(value);
  };
}

const isPlain = (value: unknown): value is string | number | bigint | boolean =>
  ["string", "number", "bigint", "boolean"].includes(typeof value);

async function asDataError<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(messageOf(error), { file });
  }
}

/** DuckDB's messages have a picture of the query behind the sentence. */
const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n").filter(Boolean).slice(0, 2).join("; ");
