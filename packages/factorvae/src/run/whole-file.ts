import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { kill, pid } from "node:process";
import { gzipSync } from "node:zlib";

/** What a file is made of: all at once, or piece by piece. */
export type FileContent = string | Uint8Array | Iterable<string | Uint8Array>;

/** What a name begins with under which a file is begun: who begins it follows. */
const partialName = (path: string): string => `.${basename(path)}.partial-`;

/** Whether a name is that of a file begun, not finished, that is to have one of these names; safe to remove once its process is gone. */
export const isPartial = (name: string, of: readonly string[]): boolean =>
  of.some((file) => name.startsWith(partialName(file)));

/**
 * A place beside that of a file, to write it there and rename it. Each call gives another, so that whoever else writes a file of
 * that name at the same time does not meddle: the last to end gives the file. What processes left there that were killed is removed.
 */
export function partialFile(path: string): string {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const beginning = partialName(path);
  for (const name of readdirSync(folder))
    if (name.startsWith(beginning) && !isRunning(Number.parseInt(name.slice(beginning.length), 10)))
      rmSync(join(folder, name), { force: true });
  return join(folder, `${beginning}${pid}-${randomUUID()}`);
}

function isRunning(process: number): boolean {
  try {
    return kill(process, 0);
  } catch (error) {
    // There is such a process, of somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

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
  const [beside, begun] = attempt(path, () => {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
      throw new Error("it is a folder; name a file in it or beside it");
    const partial = partialFile(path);
    return [partial, openSync(partial, "w")] as const;
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
