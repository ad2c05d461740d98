import { broadcast } from "../../layout.js";
import type { Program } from "../../program.js";
import { type Shape, sizeOf } from "../../shape.js";
import { gathered } from "../../strided.js";
import type { Value } from "../backend.js";
import { primitives } from "./primitives.js";

/** Runs a program step by step, each at every element, in double precision, and rounds the outputs once. */
export function mapElements(
  { loads, literals, steps, outputs: results, registers }: Program,
  inputs: readonly Value[],
  shape: Shape,
  outputs: readonly (Float32Array | Float64Array)[],
): void {
  const size = sizeOf(shape);
  const file = Array.from({ length: registers }, () => new Float64Array(size));
  for (const { value, to } of literals) file[to].fill(value);
  for (const { input, to } of loads) {
    const { storage, layout } = inputs[input];
    file[to].set(gathered({ storage, layout: broadcast(layout, shape) }));
  }
  for (const { kind, from, to } of steps) {
    const compute = primitives[kind];
    const [a, b = a, c = a] = from.map((register) => file[register]);
    const result = file[to];
    for (let at = 0; at < size; at++) result[at] = compute(a[at], b[at], c[at]);
  }
  outputs.forEach((output, at) => {
    output.set(file[results[at]]);
  });
}
