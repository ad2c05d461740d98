import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anchors, codeBlocks, fences, fileLinks, isPassage } from "./markdown.js";

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

describe("fences", () => {
  const words = fc.array(fc.stringMatching(/^[a-z ]{0,5}$/), { maxLength: 4 });

  it("finds every block again, by backticks or tildes, indented or not, with its language and line", () => {
    const block = fc.record({
      fence: fc.constantFrom("```", "~~~", "````"),
      indent: fc.constantFrom("", "  "),
      language: fc.constantFrom("", "ts", "bash"),
      code: words,
      before: words,
    });
    fc.assert(
      fc.property(fc.array(block), (blocks) => {
        const written = blocks.flatMap(({ fence, indent, language, code, before }) => [
          ...before,
          ...[`${fence}${language}`, ...code, fence].map((line) => indent + line),
        ]);
        const found = fences(written.join("\n"));
        const code = blocks.map((wanted) => wanted.code.map((line) => `${line}\n`).join(""));
        expect(found.map((fence) => fence.code)).toEqual(code);
        expect(found.map(({ language }) => language)).toEqual(blocks.map(({ language }) => language));
        for (const { line } of found) expect(written[line - 1]).toMatch(/^ *(```|~~~)/);
      }),
    );
  });

  it("does not end a block at a shorter fence, or at one with a language", () => {
    expect(fences("````\n```ts\n```\n````\n").map(({ code }) => code)).toEqual(["```ts\n```\n"]);
  });

  it("refuses a fence that is never closed", () => {
    expect(() => fences("text\n```ts\nconst x = 1;\n")).toThrow("line 2: the fence ``` is never closed");
  });
});

describe("codeBlocks", () => {
  it("finds the blocks of one language", () => {
    expect(codeBlocks(page, "ts")).toEqual(["const x = list[0](1);\n"]);
    expect(codeBlocks(page, "bash")).toEqual(["npm test\n"]);
  });
});

describe("fileLinks", () => {
  it("finds links to files and headings, but not addresses and code", () => {
    expect(fileLinks(page)).toEqual(["model.md", "#here", "a/b.png"]);
  });
});

describe("anchors", () => {
  it("are headings in small letters, without punctuation", () => {
    const text = "# Is it rounding?\n## [A throw](b.md)\n```bash\n# no heading\n```\n### `grad`, of trees\n";
    expect(anchors(text)).toEqual(["is-it-rounding", "a-throw", "grad-of-trees"]);
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
