import { existsSync, realpathSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";

/** A path in one form, links followed where there is something to follow. */
const placeOf = (path: string): string => (existsSync(path) ? realpathSync(path) : resolve(path));

/**
 * Refuses to write a file over one that the command reads.
 *
 * @throws Error that names both, where they are one file.
 */
export function refuseOwnInput(out: string, inputs: readonly (string | undefined)[]): void {
  for (const input of inputs) {
    if (input === undefined || placeOf(input) !== placeOf(out)) continue;
    throw new Error(`--out ${out} is the file ${input} that the command reads; name another file to write`);
  }
}

/**
 * Refuses a run folder that holds the data it is to be made from: a run is replaced together with its folder's files.
 *
 * @throws Error that names both, where the file lies in the folder or below.
 */
export function refuseDataInside(folder: string, data: string): void {
  const way = relative(placeOf(folder), placeOf(data));
  if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way)) return;
  throw new Error(`--out ${folder} holds the data, ${data}; name another folder, or move the file out of it`);
}
