import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

/** What a file is made of: all at once, or piece by piece. */
export type FileContent = string | Uint8Array | Iterable<string | Uint8Array>;

/** The name under which `writeWholeFile` begins a file; one that a killed process left behind is safe to remove. */
export const partialFile = (path: string): string => join(dirname(path), `.${basename(path)}.partial`);

/**
 * Writes a file beside its place and renames it, so that at any moment there is a whole file of that name, or the earlier
 * one. Text is gzipped where the name ends in `.gz`; bytes are written as they are. The folder is made where it does not
 * exist.
 *
 * @throws Error that names the file where it cannot be written.
 */
export function writeWholeFile(path: string, content: FileContent): void {
  const file = begin(path);
  try {
    // Outside the attempt: what makes the pieces has errors of its own.
    for (const piece of piecesOf(path, content)) file.add(piece);
    file.finish();
  } finally {
    file.close();
  }
}

/** Writes bytes that come piece by piece, as `writeWholeFile` does. */
export async function writeWholeFileFrom(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const file = begin(path);
  try {
    for await (const piece of pieces) file.add(piece);
    file.finish();
  } finally {
    file.close();
  }
}

interface BegunFile {
  readonly add: (piece: string | Uint8Array) => void;
  /** Gives the file its name. */
  readonly finish: () => void;
  /** Closes the file, and removes it where it was not finished. */
  readonly close: () => void;
}

function begin(path: string): BegunFile {
  const beside = partialFile(path);
  const begun = attempt(path, () => {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
      throw new Error("it is a folder; name a file in it or beside it");
    mkdirSync(dirname(path), { recursive: true });
    return openSync(beside, "w");
  });
  let isFinished = false;
  return {
    add: (piece) => attempt(path, () => writeBytes(begun, piece)),
    finish: () => {
      attempt(path, () => renameSync(beside, path));
      isFinished = true;
    },
    close: () => {
      closeSync(begun);
      if (!isFinished) rmSync(beside, { force: true });
    },
  };
}

function attempt<Result>(path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw new Error(`${path} cannot be written: ${reasonOf(error)}`);
  }
}

/** What the system says, without the names of its call and of the file beside. */
const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/, \w+( '.*')?$/s, "") : String(error);

function writeBytes(file: number, piece: string | Uint8Array): void {
  const bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

/** Text as the bytes of a gzip file; equal texts give equal bytes. */
export function gzipped(text: Iterable<string | Uint8Array>): Uint8Array {
  return gzipSync(Buffer.concat(Array.from(text, (piece) => Buffer.from(piece))));
}

function piecesOf(path: string, content: FileContent): Iterable<string | Uint8Array> {
  if (content instanceof Uint8Array) return [content];
  const pieces = typeof content === "string" ? [content] : content;
  return path.endsWith(".gz") ? [gzipped(pieces)] : pieces;
}
