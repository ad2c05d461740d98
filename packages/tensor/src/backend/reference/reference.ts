import { contiguous } from "../../layout.js";
import { sizeOf } from "../../shape.js";
import { copyElements, gathered } from "../../strided.js";
import type { Backend, Value } from "../backend.js";
import { Storage, type Values } from "../storage.js";
import { mapElements } from "./map.js";
import { multiply } from "./matmul.js";
import { reduceAxes } from "./reduce.js";

type Floats = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

const without = <T>(list: readonly T[], dropped: readonly number[]): T[] =>
  list.filter((_, at) => !dropped.includes(at));

/** Adds row `from` of `source` to row `to` of `target`, for each pair; -0 in place of 0 makes that a copy to the bit. */
function addRows(
  source: Values,
  target: Values,
  outer: number,
  inner: number,
  moves: {
    readonly count: number;
    readonly sourceRows: number;
    readonly targetRows: number;
    readonly from: (index: number) => number;
    readonly to: (index: number) => number;
  },
): void {
  for (let block = 0; block < outer; block++)
    for (let index = 0; index < moves.count; index++) {
      const from = (block * moves.sourceRows + moves.from(index)) * inner;
      const to = (block * moves.targetRows + moves.to(index)) * inner;
      for (let i = 0; i < inner; i++) target[to + i] += source[from + i];
    }
}

/** Plain loops on the heap that compute in double precision and round once: the specification of every other backend. */
function plainLoops(name: string, float: Backend["float"]): Backend {
  const floats = (length: number): Floats =>
    float === "float32" ? new Float32Array(length) : new Float64Array(length);
  const contiguousValues = (value: Value): Values => {
    const { storage, layout } = value;
    const whole = contiguous(layout.shape);
    const direct = layout.offset === 0 && layout.strides.every((stride, axis) => stride === whole.strides[axis]);
    return direct ? storage.values : gathered(value);
  };
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
      const output = floats(sizeOf(without(input.layout.shape, axes)));
      reduceAxes(reduction, input, axes, output);
      return Storage.onHeap(float, output);
    },
    matmul: (a, b) => {
      const rank = a.layout.shape.length;
      const output = floats(sizeOf(a.layout.shape.slice(0, -1)) * b.layout.shape[rank - 1]);
      multiply(a, b, output);
      return Storage.onHeap(float, output);
    },
    write: (target, source) => {
      const shared = source.storage === target.storage;
      copyElements(
        target,
        shared ? { storage: Storage.onHeap(float, gathered(source)), layout: contiguous(source.layout.shape) } : source,
      );
    },
    gather: (input, positions, axis) => {
      const indices = contiguousValues(positions);
      const { shape } = input.layout;
      const { outer, inner } = around(shape, axis);
      const length = outer * indices.length * inner;
      const output = input.storage.dtype === "int32" ? new Int32Array(length) : floats(length).fill(-0);
      addRows(contiguousValues(input), output, outer, inner, {
        count: indices.length,
        sourceRows: shape[axis],
        targetRows: indices.length,
        from: (index) => indices[index],
        to: (index) => index,
      });
      return Storage.onHeap(output instanceof Int32Array ? "int32" : float, output);
    },
    scatterAdd: (input, positions, axis, length) => {
      const indices = contiguousValues(positions);
      const { outer, inner } = around(input.layout.shape, axis);
      const totals = new Float64Array(outer * length * inner);
      addRows(contiguousValues(input), totals, outer, inner, {
        count: indices.length,
        sourceRows: indices.length,
        targetRows: length,
        from: (index) => index,
        to: (index) => indices[index],
      });
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
