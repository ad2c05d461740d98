import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { patternFolder } from "../data/sources/glob.js";

/** A path in one form, links followed where there is something to follow. */
const placeOf = (path: string): string => (existsSync(path) ? realpathSync(path) : resolve(path));

/**
 * Refuses to write a file over one that the command reads, or a table among the files of a folder or a pattern that it
 * reads: the next time it would be read with them.
 *
 * @throws Error that names both.
 */
export function refuseOwnInput(out: string, inputs: readonly (string | undefined)[], option = "--out"): void {
  for (const input of inputs) {
    if (input === undefined) continue;
    if (placeOf(input) === placeOf(out))
      throw new Error(`${option} ${out} is the file ${input} that the command reads; name another file to write`);
    const isAmong = isFolder(input)
      ? isTable.test(out) && placeOf(dirname(out)) === placeOf(input)
      : !existsSync(input) && existsSync(out) && isInside(patternFolder(input), out);
    if (isAmong)
      throw new Error(`${option} ${out} lies among the files of ${input} that the command reads; name another`);
  }
}

/**
 * Refuses a run folder that holds the data it is to be made from: a run is replaced together with its folder's files.
 *
 * @throws Error that names both, where the data lie in the folder or below.
 */
export function refuseDataInside(folder: string, data: string): void {
  if (!isInside(folder, existsSync(data) ? data : patternFolder(data))) return;
  throw new Error(`--out ${folder} holds the data, ${data}; name another folder, or move the data out of it`);
}

const isTable = /\.(csv|txt|parquet|gz)$/i;

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

function isInside(folder: string, path: string): boolean {
  const way = relative(placeOf(folder), placeOf(path));
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
