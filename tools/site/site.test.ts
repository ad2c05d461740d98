import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** What typedoc complains of without writing a page; nothing if it is content. */
function complaints(options = path("./typedoc.json")): string {
  const program = path("./node_modules/typedoc/bin/typedoc");
  try {
    return execFileSync(process.execPath, [program, "--options", options, "--emit", "none"], {
      encoding: "utf8",
      stdio: "pipe",
    });
  } catch (error) {
    return error instanceof Error && "stderr" in error && "stdout" in error
      ? `${error.stdout}${error.stderr}`
      : String(error);
  }
}

describe("the site of the documents and the exports", () => {
  it("can be made of all four packages: every export, and every function in one, bears a comment", () => {
    expect(complaints()).toBe("");
  });

  it("cannot be made of an export without one, which is named", () => {
    const folder = mkdtempSync(join(tmpdir(), "site-"));
    try {
      writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "factorvae", type: "module" }));
      const sound = "/** The answer. */\nexport const answer = 42;\n";
      writeFileSync(join(folder, "index.ts"), `${sound}export const question = () => "unknown";\n`);
      const compilerOptions = { module: "NodeNext", types: [], strict: true };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
      const options = { extends: [path("./typedoc.json")], entryPoints: ["index.ts"], tsconfig: "tsconfig.json" };
      writeFileSync(join(folder, "typedoc.json"), JSON.stringify(options));
      const found = complaints(join(folder, "typedoc.json"));
      expect(found).toMatch(/question.*does not have any documentation/);
      expect(found).not.toMatch(/answer/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
