import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { DataError } from "./data-error.js";

const pieceBytes = 1 << 18;

/**
 * Streams a text file from the disk to `onText`, piece by piece, unpacking gzip (known by its first bytes, whatever the
 * name says). UTF-8, or UTF-16 with a byte order mark.
 * @returns SHA-256 of the bytes as stored, in hexadecimal
 * @throws DataError if the file is missing, a folder, empty, Parquet, Zip, a broken gzip or no text
 */
export async function streamText(path: string, onText: (text: string) => void): Promise<string> {
  await requireFile(path);
  const hash = createHash("sha256");
  const bytes = createReadStream(path, { highWaterMark: pieceBytes })[Symbol.asyncIterator]();
  const first = await bytes.next().catch((error: unknown) => {
    throw new DataError(`the file cannot be read (${reasonOf(error)})`, { file: path });
  });
  const head: Uint8Array = first.done === true ? new Uint8Array() : first.value;

  async function* stored(): AsyncGenerator<Uint8Array> {
    for (let piece = first; piece.done !== true; piece = await bytes.next()) {
      hash.update(piece.value);
      yield piece.value;
    }
  }

  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  try {
    refuseOtherFormats(path, head);
    await decode(path, isGzip ? unpacked(path, stored()) : stored(), onText);
  } finally {
    // Closes the file also where reading stopped half-way.
    await bytes.return?.();
  }
  return hash.digest("hex");
}

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    const reason =
      error instanceof Error && "code" in error && error.code === "ENOENT" ? "there is no such file" : String(error);
    throw new DataError(`${reason}; check the path`, { file: path });
  });
  if (found.isDirectory()) {
    throw new DataError("this is a folder; name one CSV file, plain or gzipped", { file: path });
  }
  if (found.size === 0) throw new DataError("the file is empty; expected a header and rows", { file: path });
}

function refuseOtherFormats(path: string, head: Uint8Array): void {
  const magic = String.fromCharCode(...head.subarray(0, 4));
  if (magic === "PAR1") {
    throw new DataError("this is a Parquet file; write the table as CSV, plain or gzipped", { file: path });
  }
  if (magic === "PK\u0003\u0004") {
    throw new DataError("this is a Zip or Excel file; write the table as CSV, plain or gzipped", { file: path });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function* unpacked(path: string, stored: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  // A pipeline, unlike a pipe, hands an error of the file on to whoever reads the unpacked side.
  const gunzip = pipeline(Readable.from(stored), createGunzip({ chunkSize: pieceBytes }), () => {});
  try {
    for await (const piece of gunzip) yield piece;
  } catch (error) {
    throw new DataError(`the gzip data are broken (${reasonOf(error)}); the file may be cut short, fetch it again`, {
      file: path,
    });
  }
}

async function decode(path: string, bytes: AsyncIterable<Uint8Array>, onText: (text: string) => void): Promise<void> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  const text = (piece?: Uint8Array) => {
    try {
      decoder ??= new TextDecoder(encodingOf(piece ?? new Uint8Array()), { fatal: true });
      return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
    } catch {
      throw new DataError("the file is not UTF-8 text; write it as CSV in UTF-8", { file: path });
    }
  };
  for await (const piece of bytes) onText(text(piece));
  onText(text());
}

function encodingOf(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  return "utf-8";
}
