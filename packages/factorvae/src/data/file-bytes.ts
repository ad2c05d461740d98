import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { DataError } from "./data-error.js";

const pieceBytes = 1 << 18;
/** As many bytes as tell what a file is. */
const headBytes = 12;

/**
 * Streams a file from the disk to `onBytes`, piece by piece, unpacking gzip (known by its first bytes, whatever the name
 * says). The first piece is long enough to tell what the file is, unless it is the only one.
 * @returns SHA-256 of the bytes as stored, in hexadecimal
 * @throws DataError if the file is missing, a folder, empty or a broken gzip, and whatever `onBytes` throws
 */
export async function streamBytes(
  path: string,
  onBytes: (piece: Uint8Array, isPacked: boolean) => void,
): Promise<string> {
  await requireFile(path);
  const hash = createHash("sha256");
  const bytes = createReadStream(path, { highWaterMark: pieceBytes })[Symbol.asyncIterator]();
  const first = await bytes.next().catch((error: unknown) => {
    throw new DataError(`the file cannot be read (${reasonOf(error)})`, { file: path });
  });
  const head: Uint8Array = first.done === true ? new Uint8Array() : first.value;
  const isPacked = head[0] === 0x1f && head[1] === 0x8b;

  async function* stored(): AsyncGenerator<Uint8Array> {
    for (let piece = first; piece.done !== true; piece = await bytes.next()) {
      hash.update(piece.value);
      yield piece.value;
    }
  }

  try {
    let begin: Uint8Array | undefined = new Uint8Array();
    for await (const piece of isPacked ? unpacked(path, stored()) : stored()) {
      if (begin === undefined) onBytes(piece, isPacked);
      else {
        begin = begin.length === 0 ? piece : Buffer.concat([begin, piece]);
        if (begin.length < headBytes) continue;
        onBytes(begin, isPacked);
        begin = undefined;
      }
    }
    if (begin !== undefined) onBytes(begin, isPacked);
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
  if (found.isDirectory()) throw new DataError("this is a folder; name one file", { file: path });
  if (found.size === 0) throw new DataError("the file is empty; expected a header and rows", { file: path });
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
