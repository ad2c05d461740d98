import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { BlockColumns } from "./feature-block.js";
import type { EncodedBlock, FeatureColumns, FeatureFile } from "./feature-file.js";
import { writeFloats } from "./parquet-floats.js";

type RowGroup = ParquetWriter["row_groups"][number];
type ColumnChunk = RowGroup["columns"][number];

const schemaOf = (names: readonly string[]): ParquetWriter["schema"] => [
  { name: "features", num_children: names.length + 2 },
  { name: "date", type: "INT32", converted_type: "DATE", repetition_type: "REQUIRED" },
  { name: "symbol", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
  ...names.map((name) => ({ name, type: "FLOAT", repetition_type: "OPTIONAL" }) as const),
];

/**
 * A Parquet file, see `writtenFeatures`: `date` is a DATE, `symbol` a string, each feature a FLOAT. A missing value is null, as
 * SQL takes it; pandas shows it as NaN. A block is a row group. Not compressed: features have hardly a byte that repeats.
 */
export function parquetFile({ names }: FeatureColumns): FeatureFile {
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema: schemaOf(names), createdBy: "factorvae" });
  const taken = (): Uint8Array => {
    const bytes = writer.getBytes();
    writer.index = 0;
    return bytes;
  };
  return {
    head: taken,
    block: ({ bytes, notes }) => {
      if (notes === undefined) throw new Error("parquetFile: a block has no notes");
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
    if (meta_data === undefined) throw new Error("parquetFile: a column has no notes");
    const { dictionary_page_offset: dictionary, data_page_offset: data } = meta_data;
    const offsets = {
      data_page_offset: data + by,
      ...(dictionary !== undefined && { dictionary_page_offset: dictionary + by }),
    };
    return { file_offset: file_offset + by, meta_data: { ...meta_data, ...offsets } };
  });
  return { ...notes, columns };
}

/** Makes what encodes blocks as row groups, one after the other in the same memory. The columns are overwritten. */
export function parquetBlocks({ names, dates }: FeatureColumns): (block: BlockColumns) => EncodedBlock {
  const days = dates.map((date) => Date.parse(date) / 86_400_000);
  let writer = new ByteWriter();
  return ({ symbols, symbolOf, dateOf, values }) => {
    const rows = dateOf.length;
    // About what the group takes: a writer that grows step by step copies what it has at each.
    const bytesAbout = values.byteLength + 8 * rows + 256 * names.length;
    if (writer.buffer.byteLength < bytesAbout) writer = new ByteWriter(bytesAbout);
    writer.index = writer.offset = 0;
    const file = new ParquetWriter({ writer, schema: schemaOf(names), codec: "UNCOMPRESSED" });
    const head = writer.offset;
    file.write({
      columnData: [
        { name: "date", data: dateOf.map((date) => days[date]) },
        { name: "symbol", data: Array.from(symbolOf, (symbol) => symbols[symbol]) },
      ],
      rowGroupSize: rows,
      // One page: pages of their own would want an index.
      pageSize: 0,
    });
    const [keys] = file.row_groups;
    const features = names.map((name, c) => writeFloats(writer, name, values.subarray(c * rows, (c + 1) * rows)));
    const bytes = BigInt(writer.offset - head);
    const notes = { ...keys, columns: [...keys.columns, ...features] };
    return {
      bytes: writer.getBytes().subarray(head),
      notes: moved({ ...notes, total_byte_size: bytes, total_compressed_size: bytes }, BigInt(-head)),
    };
  };
}
