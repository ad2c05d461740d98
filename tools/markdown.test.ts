import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeBlocks, fileLinks, isPassage } from "./markdown.js";

const page = [
  "See [the model](model.md), [a heading](#here), [elsewhere](https://example.org) and ![a picture](a/b.png).",
  "",
  "```ts",
  "const x = list[0](1);",
  "```",
  "",
  "```bash",
  "npm test",
  "```",
  "",
].join("\n");

describe("codeBlocks", () => {
  it("finds the blocks of one language", () => {
    expect(codeBlocks(page, "ts")).toEqual(["const x = list[0](1);\n"]);
    expect(codeBlocks(page, "bash")).toEqual(["npm test\n"]);
  });
});

describe("fileLinks", () => {
  it("finds links to files, but not addresses, headings and code", () => {
    expect(fileLinks(page)).toEqual(["model.md", "a/b.png"]);
  });
});

describe("isPassage", () => {
  const line = fc.stringMatching(/^[ab]{0,3}$/);

  it("holds for any run of a text's lines", () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.nat(), fc.nat(), (lines, from, count) => {
        const start = from % lines.length;
        const run = lines.slice(start, start + 1 + (count % (lines.length - start)));
        expect(isPassage(`${run.join("\n")}\n`, `${lines.join("\n")}\n`)).toBe(true);
      }),
    );
  });

  it("does not hold for part of a line, or for lines that stand elsewhere", () => {
    expect(isPassage("b\n", "ab\n")).toBe(false);
    expect(isPassage("a\n", "ab\n")).toBe(false);
    expect(isPassage("a\nc\n", "a\nb\nc\n")).toBe(false);
  });
});
