import { requireRecord, writeRecord } from "../run/run-folder.js";
import type { FolderClaim } from "../run/run-folder-claim.js";
import type { RunRecord } from "../run/run-record.js";
import { resumable } from "../run/run-resume.js";
import type { Checkpoint } from "../train/trainer.js";
import { type CommandIo, say } from "./command-io.js";
import { sayNotes } from "./run-training.js";

/** Where a run goes on, and says what differs from when it began; its record then says so, too. Throws as `resumable`. */
export function resumed(folder: string, record: RunRecord, io: CommandIo): Checkpoint | undefined {
  const { checkpoint, changes, record: resumedRecord } = resumable(folder, record);
  say(io, checkpoint ? `going on after epoch ${checkpoint.metrics.length}` : "no epoch was finished; beginning anew");
  sayNotes(
    io,
    changes.map((change) => `${change}: the bits may differ from those of an uninterrupted run`),
  );
  writeRecord(folder, resumedRecord);
  return checkpoint;
}

/** The claim of a run that is gone on with, which is neither made nor removed. Throws RunFolderError if it is none. */
export function resumedFolder(path: string): FolderClaim {
  requireRecord(path);
  return { begin: () => {}, take: () => {}, discard: () => {} };
}
