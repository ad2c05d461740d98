import { open } from "node:fs/promises";
import { constants, gunzipSync } from "node:zlib";
import { knownNames, normalName } from "../columns.js";
import { DataError } from "../data-error.js";
import { type PriceFile, priceFiles } from "./price-files.js";

/** What a query reads from: a database, or files as the view `prices`. */
export interface QuerySource {
  readonly database?: string;
  readonly view?: PricesView;
}

/** The view `prices`, in the making: which columns there are decides how they are read. */
export interface PricesView {
  /** Gives a row for each column, its name first. */
  readonly namesQuery: string;
  /** Makes the view, given the names. */
  definition(names: readonly string[]): string;
}

/**
 * Says how DuckDB reads what a path names. Symbols stay text to the character, and dates are read where they are ISO
 * dates: other forms stay as they are written.
 * @throws DataError if the path names nothing, or files of CSV and of Parquet together
 */
export async function querySource(path: string, symbolColumn: string | undefined): Promise<QuerySource> {
  const { files, isSingle } = await priceFiles(path);
  const heads = await Promise.all(files.map(headOf));
  const packed = files.find((_, i) => heads[i] === packedParquet);
  if (packed !== undefined)
    throw new DataError("a query does not read Parquet that is gzipped; unpack the file", { file: packed.path });
  if (isSingle && heads[0].slice(8, 12) === "DUCK") return { database: path };
  const parquet = heads.filter((head) => head.startsWith("PAR1")).length;
  if (parquet > 0 && parquet < files.length)
    throw new DataError("a query reads either CSV or Parquet; name one of them with a pattern, as in *.parquet", {
      file: path,
    });
  const list = `[${files.map((file) => text(file.path)).join(", ")}]`;
  const withName = isSingle ? "" : ", union_by_name = true, filename = 'factorvae_file'";
  const reading = (more: string) =>
    parquet > 0 ? `read_parquet(${list}${withName})` : `read_csv(${list}, header = true${withName}${more})`;
  return {
    view: {
      namesQuery: `DESCRIBE SELECT * FROM ${reading(", all_varchar = true")}`,
      definition(names) {
        const symbols = names.filter((name) => name === symbolColumn || knownNames.symbol.includes(normalName(name)));
        const types = symbols.map((name) => `${text(name)}: 'VARCHAR'`).join(", ");
        const typed = `, sample_size = -1, dateformat = '%Y-%m-%d'${types === "" ? "" : `, types = {${types}}`}`;
        const ofFile =
          symbols.length > 0
            ? ""
            : ", regexp_replace(parse_filename(factorvae_file), '(\\.(csv|txt|parquet|gz))+$', '', 'i') AS symbol";
        const columns = isSingle ? "*" : `* EXCLUDE (factorvae_file)${ofFile}`;
        return `CREATE VIEW prices AS SELECT ${columns} FROM ${reading(typed)}`;
      },
    },
  };
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const packedParquet = "gzipped Parquet";

async function headOf({ path }: PriceFile): Promise<string> {
  const file = await open(path);
  try {
    const head = new Uint8Array(512);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    const isGzip = head[0] === 0x1f && head[1] === 0x8b;
    if (isGzip && unpackedHead(head.subarray(0, bytesRead)).startsWith("PAR1")) return packedParquet;
    return String.fromCharCode(...head.subarray(0, 12));
  } finally {
    await file.close();
  }
}

function unpackedHead(packed: Uint8Array): string {
  try {
    return gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }).toString("latin1", 0, 4);
  } catch {
    // A broken gzip is whoever reads it to tell.
    return "";
  }
}
