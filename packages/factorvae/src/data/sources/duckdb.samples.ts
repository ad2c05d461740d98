/** DuckDB, where it can be loaded here; its tests are skipped where not. */
export const duckDb = await import("@duckdb/node-api").catch(() => undefined);

/** Says of skipped tests what they lack. */
export const needsDuckDb = "(needs @duckdb/node-api)";

/** Runs statements of SQL in an empty database in memory, or in one that is kept at a path. */
export async function runSql(statements: readonly string[], path = ":memory:"): Promise<void> {
  if (duckDb === undefined) throw new Error("runSql: DuckDB cannot be loaded here");
  const instance = await duckDb.DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    for (const statement of statements) await connection.run(statement);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Writes the rows of an SQL query as a Parquet file. */
export const writeParquet = (path: string, query: string, more = ""): Promise<void> =>
  runSql([`COPY (${query}) TO '${path}' (FORMAT parquet${more})`]);
