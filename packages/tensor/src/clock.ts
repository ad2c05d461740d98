import type { Storage } from "./backend/storage.js";

let clock = 0;

/** How many times tensors have been overwritten so far. A tape notes it, and refuses to differentiate what was overwritten since. */
export const writes = (): number => clock;

/** Notes that a storage has been overwritten. */
export function markWritten(storage: Storage): void {
  storage.writtenAt = ++clock;
}
