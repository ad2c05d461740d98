import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { occupantOf, RunFolderError, readRecord, removeRun, writeRecord } from "./run-folder.js";
import type { RunRecord } from "./run-record.js";

/** The right to write a run to a folder, taken before anything is written. */
export interface FolderClaim {
  /**
   * Makes the folder and writes `config.json`, so that a place that cannot be written to is known at once; an earlier run
   * stays. Further calls do nothing.
   */
  readonly begin: (record: RunRecord) => void;
  /** As `begin`, but removes an earlier run: to be called when there is something to put in its place. */
  readonly take: (record: RunRecord) => void;
  /** Removes what was written, and the folders that were made; an earlier run that was not yet replaced stays. */
  readonly discard: () => void;
}

/** When an existing folder may be written to: never, where it is a run, or where it is a run of the demo. */
export type Replacing = "nothing" | "run" | "demo";

/**
 * Claims a folder for a new run; nothing is written yet.
 *
 * @throws RunFolderError if what is at the path may not be replaced.
 */
export function claimFolder(path: string, replacing: Replacing): FolderClaim {
  requireReplaceable(path, replacing);
  const replacesRun = occupantOf(path) === "run";
  let firstMade: string | undefined;
  let taken = false;
  const take = (record: RunRecord): void => {
    if (taken) return;
    taken = true;
    removeRun(path);
    firstMade = mkdirSync(path, { recursive: true });
    writeRecord(path, record);
  };
  return {
    begin: (record) => {
      if (replacesRun) requireWritable(path);
      else take(record);
    },
    take,
    discard: () => {
      if (!taken) return;
      removeRun(path);
      if (firstMade !== undefined) removeEmpty(dirname(resolve(path)), resolve(firstMade));
    },
  };
}

function requireReplaceable(path: string, replacing: Replacing): void {
  const occupant = occupantOf(path);
  if (occupant === "nothing") return;
  if (occupant === "file") throw new RunFolderError(`${path} is a file; name a folder for the run`);
  if (replacing === "nothing")
    throw new RunFolderError(
      `${path} exists already; name another folder, or give --force to replace the run in it, --resume to go on with it`,
    );
  if (occupant === "empty folder") return;
  if (occupant === "other folder")
    throw new RunFolderError(`${path} holds other files and no run; it is not replaced, name another folder`);
  if (replacing === "demo" && readRecord(path)?.command !== "demo")
    throw new RunFolderError(`${path} holds a run of train; the demo replaces only its own, name another folder`);
}

function requireWritable(folder: string): void {
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new RunFolderError(`${folder} cannot be written to; allow it, or name another folder`);
  }
}

/** Removes a folder and those above it, up to and with `last`, as far as they are empty. */
function removeEmpty(folder: string, last: string): void {
  if (!folder.startsWith(last)) return;
  if (existsSync(folder)) {
    if (readdirSync(folder).length > 0) return;
    rmdirSync(folder);
  }
  removeEmpty(dirname(folder), last);
}
