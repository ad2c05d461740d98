import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { scalar } from "../src/index.js";
import { curvature, losses, slope } from "./readme-example.js";

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

describe("the README", () => {
  it("shows the program that runs here", () => {
    const [, code] = text("../README.md").split("```ts\n");
    expect(code.split("```")[0].trim()).toBe(text("./readme-example.ts").trim());
  });

  it("shows a program that computes what it says", () => {
    expect(slope.shape).toEqual([3, 1]);
    expect(losses[losses.length - 1]).toBeLessThan(losses[0] / 50);
    expect(curvature(scalar(2)).item()).toBe(12);
  });
});
