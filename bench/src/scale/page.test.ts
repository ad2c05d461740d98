import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { scalePage } from "./page.js";

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

it("the page on features on disk is what the committed results give", () => {
  expect(text("../../../docs/scale.md")).toBe(scalePage(JSON.parse(text("../../results/scale.json"))));
});
