import { readSafetensors } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { file, loaded, losses, model, x } from "./readme-example.js";

describe("the example of the README", () => {
  it("learns", () => {
    expect(losses[0]).toBeGreaterThan(5);
    expect(losses[losses.length - 1]).toBeLessThan(0.1);
  });

  it("saves what it has learnt under the names of the fields", () => {
    const names = ["0.weight", "0.bias", "2.weight", "2.bias"];
    expect(Object.keys(readSafetensors(file).tensors)).toEqual(names);
  });

  it("loads it into another model, which then predicts the same bits", () => {
    expect(loaded.forward(x).toArray()).toEqual(model.forward(x).toArray());
  });
});
