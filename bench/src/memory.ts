import { readFileSync, writeFileSync } from "node:fs";

/** A line of what Linux says of this process, in bytes. */
function status(field: "VmRSS" | "VmHWM"): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(readFileSync("/proc/self/status", "utf8"));
  if (!line) throw new Error(`bench: this system does not tell ${field}`);
  return Number(line[1]) * 1024;
}

/** What `fn` adds at most to the resident memory of this process, in bytes. Linux only. */
export function memoryGrown(fn: () => void): number {
  // Brings the high-water mark down to what is resident now.
  writeFileSync("/proc/self/clear_refs", "5");
  const before = status("VmRSS");
  fn();
  return status("VmHWM") - before;
}
