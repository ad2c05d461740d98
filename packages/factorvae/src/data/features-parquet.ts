import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { writeRleBitPackedHybrid } from "hyparquet-writer/src/encoding.js";
import type { FeatureTable } from "./feature-table.js";

/** Rows of a row group, about: what is held in memory at a time, and what a reader skips or reads as a whole. */
const usualGroupRows = 32_768;

type Writer = ParquetWriter["writer"];
type RowGroup = ParquetWriter["row_groups"][number];
type ColumnChunk = RowGroup["columns"][number];

/** Dates of a row group, as places in the calendar: the second is the first of the next group. */
export type DateRange = readonly [from: number, to: number];

/** A row group as it stands in the file, and the file's notes on it, in which the group begins at byte 0. */
export interface EncodedGroup {
  readonly bytes: Uint8Array;
  readonly notes: RowGroup;
}

/**
 * Features as the bytes of a Parquet file, piece by piece, in the order of `featuresCsv`: `date` (DATE), `symbol` (string),
 * then the features by name (FLOAT), a row for each that the prices have. A missing value is null, as SQL takes it; pandas
 * shows it as NaN. Row groups hold whole dates, so that a reader finds its dates by their statistics. Not compressed:
 * features have hardly a byte that repeats. A piece is valid until the next is asked for.
 *
 * @param present 1 where there is a row, symbol-major `[symbols, dates]`, as a panel has it
 */
export function* featuresParquet(
  table: FeatureTable,
  present: Uint8Array,
  groupRows = usualGroupRows,
): Generator<Uint8Array> {
  const file = parquetFile(table.names);
  const encode = groupEncoder(table, present);
  yield file.head();
  for (const range of dateRanges(table, present, groupRows)) yield file.group(encode(range));
  yield file.foot();
}

const schemaOf = (names: readonly string[]): ParquetWriter["schema"] => [
  { name: "features", num_children: names.length + 2 },
  { name: "date", type: "INT32", converted_type: "DATE", repetition_type: "REQUIRED" },
  { name: "symbol", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
  ...names.map((name) => ({ name, type: "FLOAT", repetition_type: "OPTIONAL" }) as const),
];

/** What a file is made of, to be asked for in this order: its head, each row group, its foot. */
export interface ParquetFile {
  readonly head: () => Uint8Array;
  readonly group: (encoded: EncodedGroup) => Uint8Array;
  readonly foot: () => Uint8Array;
}

/** A file of features with these names. */
export function parquetFile(names: readonly string[]): ParquetFile {
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema: schemaOf(names), createdBy: "factorvae" });
  const taken = (): Uint8Array => {
    const bytes = writer.getBytes();
    writer.index = 0;
    return bytes;
  };
  return {
    head: taken,
    group: ({ bytes, notes }) => {
      file.row_groups.push(moved(notes, BigInt(writer.offset)));
      file.num_rows += notes.num_rows;
      writer.offset += bytes.length;
      return bytes;
    },
    foot: () => {
      file.finish();
      return taken();
    },
  };
}

/** Notes on a row group that begins so many bytes later. */
function moved(notes: RowGroup, by: bigint): RowGroup {
  const columns = notes.columns.map(({ file_offset, meta_data }): ColumnChunk => {
    if (meta_data === undefined) throw new Error("featuresParquet: a column has no notes");
    const { dictionary_page_offset: dictionary, data_page_offset: data } = meta_data;
    const offsets = {
      data_page_offset: data + by,
      ...(dictionary !== undefined && { dictionary_page_offset: dictionary + by }),
    };
    return { file_offset: file_offset + by, meta_data: { ...meta_data, ...offsets } };
  });
  return { ...notes, columns };
}

/** The dates of each row group: whole dates, until there are enough rows. */
export function dateRanges(
  { dates, symbols }: Pick<FeatureTable, "dates" | "symbols">,
  present: Uint8Array,
  groupRows = usualGroupRows,
): DateRange[] {
  const ranges: DateRange[] = [];
  let [from, rows] = [0, 0];
  for (let t = 0; t < dates.length; t++) {
    for (let n = 0; n < symbols.length; n++) rows += present[n * dates.length + t];
    if (rows < groupRows && t + 1 < dates.length) continue;
    if (rows > 0) ranges.push([from, t + 1]);
    [from, rows] = [t + 1, 0];
  }
  return ranges;
}

/** What encodes the row groups of a table, one after the other; the bytes of one are valid until the next is encoded. */
export function groupEncoder(table: FeatureTable, present: Uint8Array): (range: DateRange) => EncodedGroup {
  const { names } = table;
  let writer = new ByteWriter();
  let room = new Float32Array();
  return (range) => {
    const cells = cellsOf(table, present, range);
    if (room.length < cells.length * names.length) {
      room = new Float32Array(cells.length * names.length);
      // About what the group takes: a writer that grows step by step copies what it has at each.
      writer = new ByteWriter(room.byteLength + 8 * cells.length + 256 * names.length);
    }
    turn(table, cells, room);
    writer.index = writer.offset = 0;
    const file = new ParquetWriter({ writer, schema: schemaOf(names), codec: "UNCOMPRESSED" });
    const head = writer.offset;
    writeKeys(file, table, cells);
    const [keys] = file.row_groups;
    const features = names.map((name, c) =>
      writeFloats(writer, name, room.subarray(c * cells.length, (c + 1) * cells.length)),
    );
    const bytes = BigInt(writer.offset - head);
    const notes = { ...keys, columns: [...keys.columns, ...features] };
    return {
      bytes: writer.getBytes().subarray(head),
      notes: moved({ ...notes, total_byte_size: bytes, total_compressed_size: bytes }, BigInt(-head)),
    };
  };
}

/** Cells of the table (`symbol * dates + date`) that have a row, date by date. */
function cellsOf({ dates, symbols }: FeatureTable, present: Uint8Array, [from, to]: DateRange): Int32Array {
  const cells = new Int32Array((to - from) * symbols.length);
  let rows = 0;
  for (let t = from; t < to; t++)
    for (let n = 0; n < symbols.length; n++)
      if (present[n * dates.length + t] === 1) cells[rows++] = n * dates.length + t;
  return cells.subarray(0, rows);
}

/** Begins a row group with its dates and symbols. */
function writeKeys(file: ParquetWriter, { dates, symbols }: FeatureTable, cells: Int32Array): void {
  const days = dates.map((date) => Date.parse(date) / 86_400_000);
  file.write({
    columnData: [
      { name: "date", data: Int32Array.from(cells, (cell) => days[cell % dates.length]) },
      { name: "symbol", data: Array.from(cells, (cell) => symbols[Math.floor(cell / dates.length)]) },
    ],
    rowGroupSize: cells.length,
    // One page: pages of their own would want an index.
    pageSize: 0,
  });
}

/** Puts the features of some cells column by column. */
function turn({ names, values }: FeatureTable, cells: Int32Array, columns: Float32Array): void {
  const [width, rows] = [names.length, cells.length];
  // Some rows at a time, so that what is written of a column is still in a near cache when the next row comes to it.
  const tileRows = 64;
  for (let first = 0; first < rows; first += tileRows) {
    const last = Math.min(rows, first + tileRows);
    for (let row = first; row < last; row++) {
      const from = cells[row] * width;
      for (let c = 0, to = row; c < width; c++, to += rows) columns[to] = values[from + c];
    }
  }
}

/**
 * Writes one column as one plain page, missing values as nulls. The library's own way is for arrays of boxed numbers where
 * there are nulls, and takes a hundred times as long.
 *
 * @param values overwritten
 */
function writeFloats(writer: Writer, name: string, values: Float32Array): ColumnChunk {
  const rows = values.length;
  const { there, least, largest } = boundsOf(values);
  const levels = levelsOf(values, there);
  const present = there === rows ? values : values.subarray(0, gather(values));
  const offset = writer.offset;
  const bytes = levels.length + present.byteLength;
  writePageHeader(writer, {
    type: "DATA_PAGE_V2",
    uncompressed_page_size: bytes,
    compressed_page_size: bytes,
    data_page_header_v2: {
      num_values: rows,
      num_nulls: rows - there,
      num_rows: rows,
      encoding: "PLAIN",
      definition_levels_byte_length: levels.length,
      repetition_levels_byte_length: 0,
      is_compressed: false,
    },
  });
  writer.appendBytes(levels);
  writer.appendBytes(littleEndian(present));
  const size = BigInt(writer.offset - offset);
  return {
    file_offset: BigInt(offset),
    meta_data: {
      type: "FLOAT",
      encodings: ["PLAIN", "RLE"],
      path_in_schema: [name],
      codec: "UNCOMPRESSED",
      num_values: BigInt(rows),
      total_uncompressed_size: size,
      total_compressed_size: size,
      data_page_offset: BigInt(offset),
      statistics: {
        null_count: BigInt(rows - there),
        // By the format's rules, a zero is told as -0 where it is the least, as +0 where it is the largest.
        ...(there > 0 && { min_value: least === 0 ? -0 : least, max_value: largest === 0 ? 0 : largest }),
      },
    },
  };
}

/** How many values are not missing, and the least and the largest of them. */
function boundsOf(values: Float32Array): { there: number; least: number; largest: number } {
  let [there, least, largest] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    // All three are false of a missing value.
    if (value < least) least = value;
    if (value > largest) largest = value;
    if (!Number.isNaN(value)) there++;
  }
  return { there, least, largest };
}

/** For each value whether it is there, as the format packs it; `there` of them are. */
function levelsOf(values: Float32Array, there: number): Uint8Array {
  const writer = new ByteWriter();
  if (there === values.length) {
    // One run of ones: its length, and a one.
    writer.appendVarInt(there << 1);
    writer.appendUint8(1);
  } else {
    const levels = new Uint8Array(values.length);
    for (let row = 0; row < levels.length; row++) levels[row] = Number.isNaN(values[row]) ? 0 : 1;
    writeRleBitPackedHybrid(writer, levels, 1);
  }
  return writer.getBytes();
}

/** Moves the values that are there to the front, and tells how many they are. */
function gather(values: Float32Array): number {
  let there = 0;
  for (let row = 0; row < values.length; row++) if (!Number.isNaN(values[row])) values[there++] = values[row];
  return there;
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The bytes of some numbers as Parquet stores them. */
function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return isLittleEndian ? bytes : Buffer.from(bytes).swap32();
}
