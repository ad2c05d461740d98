import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { folderOf } from "./folder.samples.js";
import { filesOfPattern, patternFolder } from "./glob.js";
import { priceFiles } from "./price-files.js";

describe("filesOfPattern", () => {
  test("a star stands for any text of a name, a question mark for one sign, anything else for itself", async () => {
    const names = ["a.csv", "ab.csv", "b.csv", "a+b.csv", "a(b).csv", ".a.csv", "a.txt", "A.csv", "$x.csv", "^x.csv"];
    const folder = folderOf(Object.fromEntries(names.map((name) => [name, "x"])));
    const visible = names.filter((name) => !name.startsWith("."));
    const found = async (pattern: string) =>
      (await filesOfPattern(`${folder}/${pattern}`)).map((path) => path.slice(folder.length + 1));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...visible), fc.nat(), fc.nat(), async (name, one, two) => {
        const [from, to] = [one % (name.length + 1), two % (name.length + 1)].sort((a, b) => a - b);
        const [head, tail] = [name.slice(0, from), name.slice(to)];
        const fits = (other: string) =>
          other.length >= head.length + tail.length && other.startsWith(head) && other.endsWith(tail);
        expect(await found(`${head}*${tail}`)).toEqual(visible.filter(fits).sort());
        expect(await found("?".repeat(name.length))).toEqual(
          visible.filter(({ length }) => length === name.length).sort(),
        );
      }),
    );
  });

  test("sets, choices and folders of any depth are found, each file once, in the order of their names", async () => {
    const folder = folderOf({
      "2019/a.csv": "x",
      "2020/a.csv": "x",
      "2020/deep/b.csv": "x",
      "c.csv": "x",
      "2021/a.txt": "x",
    });
    const found = async (pattern: string) =>
      (await filesOfPattern(`${folder}/${pattern}`)).map((path) => path.slice(folder.length + 1));
    expect(await found("**/*.csv")).toEqual(["2019/a.csv", "2020/a.csv", "2020/deep/b.csv", "c.csv"]);
    expect(await found("20[12]?/*.csv")).toEqual(["2019/a.csv", "2020/a.csv"]);
    expect(await found("20{20,21}/*")).toEqual(["2020/a.csv", "2021/a.txt"]);
    expect(await found("{2020/**,**}/b.csv")).toEqual(["2020/deep/b.csv"]);
    expect(await found("[!c]*/a.csv")).toEqual(["2019/a.csv", "2020/a.csv"]);
    expect(await found("nowhere/*.csv")).toEqual([]);
  });

  test("the folder of a pattern is what stands before its first special sign", () => {
    expect(["a/b/*.csv", "*.csv", "/*.csv", "./x/**/y.csv", "a/b.csv"].map(patternFolder)).toEqual([
      "a/b",
      ".",
      "/",
      "./x",
      "a/b.csv",
    ]);
  });
});

describe("priceFiles", () => {
  const files = {
    "MSFT.csv": "x",
    "AAPL.csv.gz": "x",
    "BRK.B.parquet": "x",
    "NAN.txt": "x",
    "_metadata.csv": "x",
    ".hidden.csv": "x",
    "README.md": "x",
    "EMPTY.csv": "",
    "older/GE.csv": "x",
  };

  test("of a folder the files of prices are read, by name, and what is left out is said with the reason", async () => {
    const folder = folderOf(files);
    const { files: found, leftOut, isSingle } = await priceFiles(`${folder}/`);
    expect(found.map(({ stem }) => stem)).toEqual(["AAPL", "BRK.B", "MSFT", "NAN"]);
    expect(found[0]).toEqual({ path: join(folder, "AAPL.csv.gz"), name: "AAPL.csv.gz", stem: "AAPL" });
    expect(isSingle).toBe(false);
    expect(leftOut.map(({ path, reason }) => [path.slice(folder.length + 1), reason.split(";")[0]])).toEqual([
      [".hidden.csv", "its name begins with a point or an underscore"],
      ["EMPTY.csv", "it is empty"],
      ["README.md", "no .csv, .txt or .parquet"],
      ["_metadata.csv", "its name begins with a point or an underscore"],
      ["older", "a folder"],
    ]);
  });

  test("a pattern finds files below folders, and one that is named with an underscore is read", async () => {
    const folder = folderOf(files);
    const below = await priceFiles(`${folder}/**/*.csv`);
    expect(below.files.map(({ name }) => name)).toEqual(["MSFT.csv", "older/GE.csv"]);
    expect((await priceFiles(`${folder}/_*.csv`)).files.map(({ name }) => name)).toEqual(["_metadata.csv"]);
  });

  test("a file whose name holds the signs of a pattern is that file", async () => {
    const folder = folderOf({ "prices[1].csv": "x", "prices1.csv": "x" });
    const { files: found, isSingle } = await priceFiles(join(folder, "prices[1].csv"));
    expect([found.map(({ name }) => name), isSingle]).toEqual([["prices[1].csv"], true]);
  });

  test("nothing to read is refused with the reason", async () => {
    const folder = folderOf({ "notes.md": "x", "inner/a.csv": "x" });
    await expect(priceFiles(join(folder, "nowhere"))).rejects.toThrow(/nowhere: there is no such file/);
    await expect(priceFiles(join(folder, "*.csv"))).rejects.toThrow(/\*\.csv: no file is of this pattern/);
    await expect(priceFiles(folder)).rejects.toThrow(
      /there is no file of prices .*: inner: a folder; a pattern such as/,
    );
    await expect(priceFiles(folderOf({}))).rejects.toThrow(/there is no file of prices .*: it is empty/);
  });
});
