import { readdir, stat } from "node:fs/promises";
import { basename } from "node:path";
import { DataError } from "../data-error.js";
import { filesOfPattern, isPattern, patternFolder } from "./glob.js";

/** One file of prices. */
export interface PriceFile {
  readonly path: string;
  /** The path below the folder or the pattern's fixed part: what is hashed, wherever the data lie. */
  readonly name: string;
  /** The file's name less its endings: its symbol or its field, where nothing else says it. */
  readonly stem: string;
}

/** What a path means. */
export interface PriceFiles {
  /** In the order of their names. */
  readonly files: readonly PriceFile[];
  /** What lies beside them and is not read, each with the reason. */
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
  /** Whether the path names one file, and not a folder or a pattern. */
  readonly isSingle: boolean;
}

const endings = /(?:\.(?:csv|txt|parquet|gz))+$/i;

/**
 * The files that a path means: itself, the files of a folder, or those of a pattern. Left out are empty
 * files, folders, names that begin with a point or an underscore (unless the pattern's do), and what is neither .csv, .txt
 * nor .parquet, each also .gz.
 * @throws DataError if there is nothing of that name, or no file to read
 */
export async function priceFiles(path: string): Promise<PriceFiles> {
  const found = await stat(path).catch((error: unknown) => {
    if (isPattern(path)) return undefined;
    const reason =
      error instanceof Error && "code" in error && error.code === "ENOENT" ? "there is no such file" : String(error);
    throw new DataError(`${reason}; check the path`, { file: path });
  });
  if (found !== undefined && !found.isDirectory()) {
    return { files: [priceFile(path, basename(path))], leftOut: [], isSingle: true };
  }
  return found === undefined ? ofPattern(path) : ofFolder(path.replace(/(?<=.)[/\\]+$/, ""));
}

async function ofPattern(pattern: string): Promise<PriceFiles> {
  const paths = await filesOfPattern(pattern);
  if (paths.length === 0) throw new DataError("no file is of this pattern; check the path", { file: pattern });
  const root = patternFolder(pattern);
  const files = paths.map((path) => priceFile(path, path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path));
  const isNamed = /(?:^|\/)_[^/]*$/.test(pattern);
  return chosen(pattern, files, (file) => (isNamed ? undefined : whyHidden(file)));
}

async function ofFolder(folder: string): Promise<PriceFiles> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = entries.map(({ name }) => priceFile(`${folder}/${name}`, name));
  return chosen(folder, files, whyHidden);
}

const whyHidden = ({ path }: PriceFile): string | undefined =>
  /^[._]/.test(basename(path)) ? "its name begins with a point or an underscore" : undefined;

/** Why some files hold nothing that can be read. One that cannot even be looked at is left to whoever opens it. */
async function unreadable(files: readonly PriceFile[]): Promise<ReadonlyMap<PriceFile, string>> {
  const reasons = new Map<PriceFile, string>();
  await Promise.all(
    files.map(async (file) => {
      const found = await stat(file.path).catch(() => undefined);
      if (found?.isDirectory()) reasons.set(file, "a folder; a pattern such as FOLDER/**/* reads the files in it too");
      else if (found?.size === 0) reasons.set(file, "it is empty");
    }),
  );
  return reasons;
}

async function chosen(
  path: string,
  all: readonly PriceFile[],
  whyHidden: (file: PriceFile) => string | undefined,
): Promise<PriceFiles> {
  const reasons = await unreadable(all);
  const leftOut: { readonly path: string; readonly reason: string }[] = [];
  const files = all.filter((file) => {
    const otherKind = endings.test(file.path) ? undefined : "no .csv, .txt or .parquet";
    const reason = whyHidden(file) ?? reasons.get(file) ?? otherKind;
    if (reason !== undefined) leftOut.push({ path: file.path, reason });
    return reason === undefined;
  });
  if (files.length > 0) return { files, leftOut, isSingle: false };
  const [first] = leftOut;
  const why = first === undefined ? "it is empty" : `${basename(first.path)}: ${first.reason}`;
  throw new DataError(`there is no file of prices (.csv, .txt or .parquet, each also .gz): ${why}`, { file: path });
}

const priceFile = (path: string, name: string): PriceFile => ({
  path,
  name,
  stem: basename(name).replace(endings, ""),
});
