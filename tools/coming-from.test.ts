import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as autograd from "../packages/autograd/src/index.js";
import * as nn from "../packages/nn/src/index.js";
import * as tensor from "../packages/tensor/src/index.js";

const page = readFileSync(new URL("../docs/coming-from.md", import.meta.url), "utf8");
const packages: Readonly<Record<string, object>> = {
  "@factorvae/tensor": tensor,
  "@factorvae/autograd": autograd,
  "@factorvae/nn": nn,
};

/** The names in the second column of the tables under a heading, each without what it is called with. */
const namesUnder = (section: string): readonly string[] =>
  [...section.matchAll(/^\|[^|]*\|([^|]*)\|/gm)].flatMap(([, here]) =>
    [...here.matchAll(/`(\w+(?:\.\w+)?)[^`]*`/g)].map(([, name]) => name),
  );

const sections = page.split(/^## /m).flatMap((section) => {
  const [, name] = /^.*\n\n`import \{ \.\.\. \} from "(@factorvae\/\w+)"`:$/m.exec(section) ?? [];
  return name === undefined ? [] : [{ name, names: namesUnder(section) }];
});

describe("the page for those who come from elsewhere", () => {
  it("has a table for each package", () => {
    expect(sections.map(({ name }) => name)).toEqual(Object.keys(packages));
    for (const { names } of sections) expect(names.length).toBeGreaterThan(10);
  });

  it.each(sections)("names what $name exports, or a method of a tensor", ({ name, names }) => {
    const x = tensor.scalar(1);
    const known = (each: string): boolean =>
      each.startsWith("x.") ? each.slice(2) in x : each in (packages[name] ?? {});
    expect(names.filter((each) => !known(each))).toEqual([]);
  });
});
