import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as ops from "../src/ops.js";
import { samples } from "./samples.js";

const folder = new URL("../src/ops/", import.meta.url);
const files = readdirSync(folder).filter((file) => /^[a-z0-9-]+\.ts$/.test(file));
const texts = files.map((file) => readFileSync(new URL(file, folder), "utf8"));

/** Operations that others are made of, which users have no name for. */
const internal = new Set(["gruCellGradient"]);

/** The rule of an operation, if this is one's public function. */
function ruleOf(value: unknown): unknown {
  const record: unknown = typeof value === "function" ? Reflect.get(value, "op") : undefined;
  return typeof record === "object" && record !== null ? Reflect.get(record, "vjp") : undefined;
}

describe("an operation", async () => {
  for (const file of files) {
    const names = Object.entries(await import(`../src/ops/${file.replace(/\.ts$/, "")}.ts`))
      .filter(([, value]) => ruleOf(value) !== undefined)
      .map(([name]) => name);
    for (const name of names.filter((name) => !internal.has(name)))
      it(`is exported: ${name}, of ${file}`, () => {
        expect(Object.keys(ops), `${name} stands in ${file}, but ops.ts does not export it`).toContain(name);
      });
  }

  for (const [name, value] of Object.entries(ops)) {
    it(`has a doc comment: ${name}`, () => {
      const declared = new RegExp(`\\*/\n(/\\* @__NO_SIDE_EFFECTS__ \\*/\n)?export (const|function) ${name}\\b`);
      expect(
        texts.some((text) => declared.test(text)),
        `${name} has no doc comment where it is declared`,
      ).toBe(true);
    });

    const isOp = typeof value === "function" && "op" in value;
    if (isOp)
      it(`has a derivative rule, or says why it has none: ${name}`, () => {
        const rule = ruleOf(value);
        if (typeof rule === "object") expect(rule).toEqual({ none: expect.stringMatching(/\w+ \w+/) });
        else expect(typeof rule === "function" || rule === "plain", `${name}: ${rule}`).toBe(true);
      });
  }
});

describe("samples", () => {
  for (const name of Object.keys(ops))
    it(`exist for ${name}`, () => {
      const made = samples[name]?.({ m: 2, n: 3, k: 1 }) ?? [];
      expect(
        made.length,
        `${name} is exported from ops.ts, but no file src/ops/*.samples.ts has samples under that name`,
      ).toBeGreaterThan(0);
    });

  it("are of operations that are exported", () => {
    expect(Object.keys(samples).filter((name) => !(name in ops))).toEqual([]);
  });

  it("tell the samples of one operation apart by what they are about", () => {
    for (const [name, make] of Object.entries(samples)) {
      const about = make({ m: 2, n: 3, k: 1 }).map((sample) => sample.about);
      expect(new Set(about).size, `${name}: ${about}`).toBe(about.length);
    }
  });
});
