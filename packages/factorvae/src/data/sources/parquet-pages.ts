import type { DecodedArray } from "hyparquet";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import { convert } from "hyparquet/src/convert.js";
import { decompressPage } from "hyparquet/src/datapage.js";
import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { badPage, checkDeltaHead, checkRuns } from "./parquet-runs.js";

type PageHeader = ReturnType<typeof parquetHeader>;

/** What is known of a column whose pages are read. */
export type PageDecoder = Parameters<typeof readPage>[2];

/**
 * Reads the pages of one column of a row group. What pages say of themselves is checked before the library follows it: it
 * would go on for ever, or ask for more memory than a process can have, where those bytes are damaged.
 * @param chunk the column's bytes, from its first page on
 * @param column not of lists or groups: one value a row
 * @returns `rows` values, null where there is none
 * @throws Error if the bytes are damaged, or of a kind that cannot be read
 */
export function readPages(chunk: ArrayBuffer, column: PageDecoder, rows: number): unknown[] {
  const reader = { view: new DataView(chunk), offset: 0 };
  const values: unknown[] = [];
  let dictionary: DecodedArray | undefined;
  while (values.length < rows) {
    if (reader.offset >= chunk.byteLength) badPage(`a column ends after ${values.length} of ${rows} rows`);
    const header = parquetHeader(reader);
    const { compressed_page_size: stored, uncompressed_page_size: unpacked } = header;
    requireCount("the length of a page", stored, chunk.byteLength - reader.offset);
    requireCount("the unpacked length of a page", unpacked, Number.MAX_SAFE_INTEGER);
    const bytes = new Uint8Array(chunk, reader.offset, stored);
    reader.offset += stored;
    if (header.type === "DICTIONARY_PAGE") {
      const page = decompressPage(bytes, unpacked, column.codec, column.compressors);
      requireCount("the size of a dictionary", header.dictionary_page_header?.num_values, 8 * page.length);
      dictionary = convert(plainPage(page, header, column, undefined), column);
    } else addDataPage(values, bytes, header, column, dictionary, rows);
  }
  return values;
}

function requireCount(what: string, value: number | undefined, most: number): number {
  if (value !== undefined && Number.isInteger(value) && value >= 0 && value <= most) return value;
  return badPage(`${what} is said to be ${value}`);
}

function addDataPage(
  values: unknown[],
  stored: Uint8Array,
  header: PageHeader,
  column: PageDecoder,
  dictionary: DecodedArray | undefined,
  rows: number,
): void {
  const head = header.type === "DATA_PAGE_V2" ? header.data_page_header_v2 : header.data_page_header;
  if (head?.encoding === undefined) badPage("a page has no head that is known");
  const count = requireCount("the number of a page's values", head.num_values, rows - values.length);
  if (count === 0) return;
  const page =
    header.type === "DATA_PAGE_V2" ? unpackSecond(stored, header, column) : unpackFirst(stored, header, column);
  const { begin, present } = levelsOf(page, header, column, count);
  if (head.encoding.endsWith("_DICTIONARY") && present > 0 && !dictionary?.length) badPage("a dictionary is missing");
  checkValues(page, begin, head.encoding, column, present);
  const read = plainPage(page, header, column, dictionary);
  if (read.length !== count) badPage(`a page holds ${read.length} of ${count} values`);
  for (let i = 0; i < count; i++) {
    // An index beyond the dictionary gives nothing, which is no null.
    if (read[i] === undefined) badPage("a value is missing from its page or its dictionary");
    values.push(read[i]);
  }
}

const unpackFirst = (bytes: Uint8Array, { uncompressed_page_size }: PageHeader, column: PageDecoder): Uint8Array =>
  decompressPage(bytes, uncompressed_page_size, column.codec, column.compressors);

/** A page of the second version with its levels, which are stored as they are, before its values. */
function unpackSecond(bytes: Uint8Array, header: PageHeader, column: PageDecoder): Uint8Array {
  const head = header.data_page_header_v2;
  if (head === undefined) badPage("a page has no head");
  const repetition = requireCount("the length of levels", head.repetition_levels_byte_length, bytes.length);
  const definition = requireCount("the length of levels", head.definition_levels_byte_length, bytes.length);
  const levels = repetition + definition;
  requireCount("the length of levels", levels, Math.min(bytes.length, header.uncompressed_page_size));
  requireCount("the number of nulls", head.num_nulls, head.num_values);
  const length = header.uncompressed_page_size - levels;
  const isPacked = head.is_compressed !== false && length > 0;
  const values = bytes.subarray(levels);
  const page = new Uint8Array(header.uncompressed_page_size);
  page.set(bytes.subarray(0, levels));
  page.set(
    isPacked ? decompressPage(values, length, column.codec, column.compressors) : values.subarray(0, length),
    levels,
  );
  return page;
}

/** Where a page's values begin, and how many there are, nulls left out. */
function levelsOf(page: Uint8Array, header: PageHeader, column: PageDecoder, count: number) {
  const isRequired = column.element.repetition_type === "REQUIRED";
  if (header.type === "DATA_PAGE_V2") {
    const head = header.data_page_header_v2;
    const begin = (head?.repetition_levels_byte_length ?? 0) + (head?.definition_levels_byte_length ?? 0);
    if (!isRequired) checkRuns(page.subarray(0, begin), head?.repetition_levels_byte_length ?? 0, 1, count);
    return { begin, present: count - (head?.num_nulls ?? 0) };
  }
  if (isRequired) return { begin: 0, present: count };
  const begin = 4 + lengthAt(page, 0);
  return { begin, present: checkRuns(page.subarray(0, begin), 4, 1, count) };
}

function lengthAt(page: Uint8Array, at: number): number {
  const length = page.length < at + 4 ? undefined : new DataView(page.buffer, page.byteOffset).getUint32(at, true);
  return requireCount("the length of levels", length, page.length - at - 4);
}

function checkValues(page: Uint8Array, begin: number, encoding: string, column: PageDecoder, count: number): void {
  if (encoding === "RLE" && column.type === "BOOLEAN") checkRuns(page, begin + 4, 1, count);
  else if (encoding === "RLE" || encoding.endsWith("_DICTIONARY")) checkRuns(page, begin + 1, page[begin], count);
  else if (encoding.startsWith("DELTA_") && count > 0) checkDeltaHead(page, begin, count);
  if (encoding === "DELTA_BYTE_ARRAY" && count > 0) checkPrefixes(page, begin, count);
}

/** Texts that share their beginnings: the lengths of those, and then of the rest, each delta-coded. */
function checkPrefixes(page: Uint8Array, begin: number, count: number): void {
  const reader = { view: new DataView(page.buffer, page.byteOffset, page.byteLength), offset: begin };
  const prefixes = new Int32Array(count);
  deltaBinaryUnpack(reader, count, prefixes);
  checkDeltaHead(page, reader.offset, count);
  const rests = new Int32Array(count);
  deltaBinaryUnpack(reader, count, rests);
  let before = 0;
  for (let i = 0; i < count; i++) {
    requireCount("the length of a shared beginning", prefixes[i], before);
    before = prefixes[i] + requireCount("the length of a text", rests[i], page.length);
  }
}

/** Reads a page that is unpacked already. */
function plainPage(
  page: Uint8Array,
  header: PageHeader,
  column: PageDecoder,
  dictionary: DecodedArray | undefined,
): DecodedArray {
  const head = header.data_page_header_v2;
  const plain = {
    ...header,
    compressed_page_size: page.length,
    ...(head && { data_page_header_v2: { ...head, is_compressed: false } }),
  };
  // The library places its views by the whole of the memory.
  const memory = page.byteOffset % 8 === 0 ? page : page.slice();
  const reader = { view: new DataView(memory.buffer, memory.byteOffset, memory.byteLength), offset: 0 };
  const { data } = readPage(reader, plain, { ...column, codec: "UNCOMPRESSED" }, dictionary, undefined, 0);
  return data ?? badPage("a page holds nothing");
}
