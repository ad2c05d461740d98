import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { gzipped, writeWholeFile } from "./whole-file.js";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "factorvae-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("writeWholeFile", () => {
  it("writes text, pieces of text and bytes, in a folder that it makes, and zips text where the name says so", () => {
    const folder = join(temporaryFolder(), "deep", "er");
    writeWholeFile(join(folder, "text"), "déjà\n");
    writeWholeFile(join(folder, "pieces"), ["dé", "", "jà\n"]);
    writeWholeFile(join(folder, "bytes.gz"), gzipped(["dé", "jà\n"]));
    writeWholeFile(join(folder, "text.gz"), "déjà\n");
    expect(readdirSync(folder).sort()).toEqual(["bytes.gz", "pieces", "text", "text.gz"]);
    for (const name of ["text", "pieces"]) expect(readFileSync(join(folder, name), "utf8")).toBe("déjà\n");
    for (const name of ["bytes.gz", "text.gz"])
      expect(gunzipSync(readFileSync(join(folder, name))).toString()).toBe("déjà\n");
  });

  it("leaves the earlier file, and nothing else, when the content fails half-way", () => {
    const folder = temporaryFolder();
    const path = join(folder, "file");
    writeFileSync(path, "earlier");
    function* failing(): Generator<string> {
      yield "half";
      throw new RangeError("no more");
    }
    expect(() => writeWholeFile(path, failing())).toThrow(new RangeError("no more"));
    expect(readdirSync(folder)).toEqual(["file"]);
    expect(readFileSync(path, "utf8")).toBe("earlier");
  });

  it("writes beside whoever writes the same file, and removes what a killed process had begun", () => {
    const folder = temporaryFolder();
    const path = join(folder, "file");
    writeFileSync(join(folder, ".file.partial-999999999-x"), "half");
    function* slow(): Generator<string> {
      yield "first ";
      writeWholeFile(path, "second");
      yield "whole";
    }
    writeWholeFile(path, slow());
    expect(readdirSync(folder)).toEqual(["file"]);
    expect(readFileSync(path, "utf8")).toBe("first whole");
  });

  it("names the file that cannot be written, and removes what it had begun", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "");
    const inside = join(folder, "file", "inside");
    expect(() => writeWholeFile(inside, "text")).toThrow(`${inside} cannot be written: `);
    expect(() => writeWholeFile(folder, "text")).toThrow(
      `${folder} cannot be written: it is a folder; name a file in it or beside it`,
    );
    expect(() => writeWholeFile(inside, "text")).not.toThrow(/partial/);
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});
