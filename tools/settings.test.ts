import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "../packages/factorvae/src/config.js";

const docs = new URL("../docs/", import.meta.url);

/** Rows of tables of settings and their defaults, as `train.epochs` and what the page says. */
const told = readdirSync(docs)
  .flatMap((name) => readFileSync(new URL(name, docs), "utf8").split("\n\n"))
  .filter((table) => table.startsWith("| setting | default |"))
  .flatMap((table) => table.split("\n"))
  .flatMap((line) => {
    const [, setting, value] = /^\| `([a-z]+\.[a-zA-Z.]+)` \| `?([^`|]*?)`? \|/.exec(line) ?? [];
    return setting ? [{ setting, value }] : [];
  });

describe("the documents", () => {
  it("tell defaults of settings", () => {
    expect(told.length).toBeGreaterThan(40);
  });

  it.each(told)("tell $setting's default, $value, as the code has it", ({ setting, value }) => {
    const resolved = setting
      .split(".")
      .reduce<unknown>(
        (part, name) => (typeof part === "object" && part !== null ? Reflect.get(part, name) : undefined),
        resolveConfig(),
      );
    expect(String(resolved)).toBe(value);
  });
});
