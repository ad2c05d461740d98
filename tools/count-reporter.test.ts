import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The last line of the output of a run of this one test file. */
function lastLine(source: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "count-reporter-"));
  try {
    writeFileSync(join(folder, "vitest.config.js"), "export default {};");
    writeFileSync(join(folder, "only.test.js"), source);
    const { stdout } = spawnSync(
      process.execPath,
      [
        fromHere("../node_modules/vitest/vitest.mjs"),
        ...["run", "--globals", "--root", folder],
        ...["--reporter", fromHere("count-reporter.ts")],
      ],
      { encoding: "utf8" },
    );
    return stdout.trim().split("\n").at(-1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the line that closes the test output", () => {
  it("counts tests that pass and tests that fail", () => {
    const source = 'it("a", () => {}); it("b", () => {}); it("c", () => expect(1).toBe(2));';
    expect(lastLine(source)).toBe("2 passed, 1 failed");
  });

  it("counts an error outside of tests, and a file that does not load, as failed", () => {
    const rejected = 'it("a", async () => { Promise.reject(new Error("late")); await new Promise(setImmediate); });';
    expect(lastLine(rejected)).toBe("1 passed, 1 failed");
    expect(lastLine('throw new Error("at once");')).toBe("0 passed, 1 failed");
  });
});
