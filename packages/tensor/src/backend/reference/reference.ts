import { sizeOf } from "../../shape.js";
import { copyElements, gathered } from "../../strided.js";
import type { Backend } from "../backend.js";
import { Storage } from "../storage.js";
import { mapElements } from "./map.js";
import { multiply } from "./matmul.js";
import { reduceAxes } from "./reduce.js";

type Floats = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Plain loops on the heap that compute in double precision and round once: the specification of every other backend. */
function plainLoops(name: string, float: Backend["float"]): Backend {
  const floats = (length: number): Floats =>
    float === "float32" ? new Float32Array(length) : new Float64Array(length);
  const around = (shape: readonly number[], axis: number): { outer: number; inner: number } => ({
    outer: sizeOf(shape.slice(0, axis)),
    inner: sizeOf(shape.slice(axis + 1)),
  });
  return {
    name,
    float,
    alloc: (length) => Storage.onHeap(float, floats(length)),
    upload: (values) => {
      const copy = floats(values.length);
      copy.set(values);
      return Storage.onHeap(float, copy);
    },
    uploadIndices: (values) => Storage.onHeap("int32", Int32Array.from(values)),
    map: (program, inputs, shape) => {
      const outputs = program.outputs.map(() => floats(sizeOf(shape)));
      mapElements(program, inputs, shape, outputs);
      return outputs.map((values) => Storage.onHeap(float, values));
    },
    reduce: (reduction, input, axes) => {
      const output = floats(sizeOf(input.layout.shape.filter((_, axis) => !axes.includes(axis))));
      reduceAxes(reduction, input, axes, output);
      return Storage.onHeap(float, output);
    },
    matmul: (a, b) => {
      const rank = a.layout.shape.length;
      const output = floats(sizeOf(a.layout.shape.slice(0, -1)) * b.layout.shape[rank - 1]);
      multiply(a, b, output);
      return Storage.onHeap(float, output);
    },
    write: copyElements,
    gather: (input, positions, axis) => {
      const { shape } = input.layout;
      const { outer, inner } = around(shape, axis);
      const [values, indices] = [gathered(input), gathered(positions)];
      const length = outer * indices.length * inner;
      const output = input.storage.dtype === "int32" ? new Int32Array(length) : floats(length);
      for (let to = 0; to < outer * indices.length; to++) {
        const block = Math.floor(to / indices.length);
        const from = block * shape[axis] + indices[to % indices.length];
        output.set(values.subarray(from * inner, (from + 1) * inner), to * inner);
      }
      return Storage.onHeap(output instanceof Int32Array ? "int32" : float, output);
    },
    scatterAdd: (input, positions, axis, length) => {
      const { outer, inner } = around(input.layout.shape, axis);
      const [values, indices] = [gathered(input), gathered(positions)];
      const totals = new Float64Array(outer * length * inner);
      for (let from = 0; from < outer * indices.length; from++) {
        const block = Math.floor(from / indices.length);
        const to = block * length + indices[from % indices.length];
        for (let at = 0; at < inner; at++) totals[to * inner + at] += values[from * inner + at];
      }
      const output = floats(totals.length);
      output.set(totals);
      return Storage.onHeap(float, output);
    },
  };
}

/** The float32 reference: plain loops in double precision, each result rounded once. */
export const reference: Backend = plainLoops("reference", "float32");

/** The float64 reference, in which derivatives are checked; it widens float32 tensors. */
export const reference64: Backend = plainLoops("reference64", "float64");
