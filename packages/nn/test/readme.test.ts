import { readFileSync } from "node:fs";
import { readSafetensors } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { file, losses } from "./readme-example.js";

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

describe("the example of the README", () => {
  it("is the program that runs here", () => {
    const [, code] = text("../README.md").split("```ts\n");
    expect(code.split("```")[0].trim()).toBe(text("./readme-example.ts").trim());
  });

  it("learns", () => {
    expect(losses[0]).toBeGreaterThan(5);
    expect(losses[losses.length - 1]).toBeLessThan(0.1);
  });

  it("saves what it has learnt under the names of the fields", () => {
    const names = ["hidden.weight", "hidden.bias", "output.weight", "output.bias"];
    expect(Object.keys(readSafetensors(file).tensors)).toEqual(names);
  });
});
