import { DataError } from "./data-error.js";
import { streamBytes } from "./file-bytes.js";

/**
 * Streams a text file from the disk to `onText`, piece by piece, as `streamBytes` does. UTF-8, or UTF-16 with a byte order
 * mark.
 * @returns SHA-256 of the bytes as stored, in hexadecimal
 * @throws DataError as `streamBytes`, or if the file is no text
 */
export async function streamText(path: string, onText: (text: string) => void): Promise<string> {
  const text = textOfBytes(path, onText);
  const sha256 = await streamBytes(path, text.push);
  text.end();
  return sha256;
}

/** Whether a file that begins with these bytes is Parquet. */
export const isParquet = (head: Uint8Array): boolean => beginsWith(head, "PAR1");

/**
 * Makes text of bytes that come piece by piece, the first with all that tells what they are.
 * @throws DataError (from `push` and `end`) if the bytes are no UTF-8 and no UTF-16
 */
export function textOfBytes(
  path: string,
  onText: (text: string) => void,
): { push(piece: Uint8Array): void; end(): void } {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  const decode = (piece?: Uint8Array): void => {
    let text: string;
    try {
      text =
        decoder === undefined ? "" : piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
    } catch {
      throw new DataError("the file is not UTF-8 text; write it as CSV in UTF-8", { file: path });
    }
    onText(text);
  };
  return {
    push(piece) {
      if (decoder === undefined) {
        refuseOtherFormats(path, piece);
        decoder = new TextDecoder(encodingOf(piece), { fatal: true });
      }
      decode(piece);
    },
    end: decode,
  };
}

/** How other kinds of files begin, and where. */
const otherFormats: readonly (readonly [magic: string, name: string, repair: string, at?: number])[] = [
  ["PAR1", "a Parquet file", "write the table as CSV, plain or gzipped"],
  ["PK\x03\x04", "a Zip or Excel file", "write the table as CSV, plain or gzipped"],
  ["\xd0\xcf\x11\xe0", "an Excel file", "write the table as CSV, plain or gzipped"],
  ["\x28\xb5\x2f\xfd", "packed by Zstandard", "unpack it, or pack it by gzip"],
  ["1AY&SY", "packed by bzip2", "unpack it, or pack it by gzip", 4],
  ["\xfd7zXZ", "packed by xz", "unpack it, or pack it by gzip"],
  ["7z\xbc\xaf", "packed by 7-Zip", "unpack it, or pack it by gzip"],
  ["\x1f\x8b", "packed by gzip twice", "unpack it once"],
  ["ARROW1\0\0", "an Arrow or Feather file", "write the table as Parquet or CSV"],
  ["\x89HDF", "an HDF5 file", "write the table as Parquet or CSV"],
  ["<!DOCTYPE html", "an HTML page", "fetch the file itself"],
  ["<!doctype html", "an HTML page", "fetch the file itself"],
  ["<html", "an HTML page", "fetch the file itself"],
  ["<?xml", "XML", "write the table as CSV"],
  ["[{", "JSON", "write the table as CSV"],
  ['{"', "JSON", "write the table as CSV"],
  ["SQLite format", "an SQLite database", "write the table as Parquet or CSV"],
];

const beginsWith = (head: Uint8Array, magic: string, at = 0): boolean =>
  head.length >= at + magic.length && [...magic].every((sign, i) => head[at + i] === sign.charCodeAt(0));

function refuseOtherFormats(path: string, head: Uint8Array): void {
  const other = otherFormats.find(([magic, , , at]) => beginsWith(head, magic, at));
  if (other !== undefined) throw new DataError(`this is ${other[1]}; ${other[2]}`, { file: path });
}

function encodingOf(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  return "utf-8";
}
