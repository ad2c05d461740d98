import { contiguous, isContiguous } from "../../layout.js";
import { sizeOf } from "../../shape.js";
import { copyElements as copyOnHeap, gathered } from "../../strided.js";
import type { Backend, Value } from "../backend.js";
import { currentScope, type Scope } from "../scopes.js";
import { type DType, Storage } from "../storage.js";
import { copyElements } from "./copy.js";
import { mapElements, type Plans } from "./elementwise.js";
import { multiply } from "./gemm/multiply.js";
import { gather, scatterAdd } from "./indexing.js";
import type { Machine } from "./machine.js";
import type { Placed } from "./placed.js";
import { reduceAxes } from "./reduce.js";

/** Results live in a scope: every operation runs in one. */
function scopeOf(): Scope {
  const scope = currentScope();
  if (!scope) throw new Error("kernels run within a scope");
  return scope;
}

/** Whether a value is all of its storage, in order. */
const isWhole = ({ storage, layout }: Value): boolean =>
  isContiguous(layout) && sizeOf(layout.shape) === storage.length;

/** The verbs in kernels of WebAssembly over one machine's memory. */
export function wasmBackend(name: string, machine: Machine): Backend {
  const { memory } = machine;
  const plans: Plans = new WeakMap();
  const block = (dtype: DType, length: number): Storage => {
    const storage = Storage.inPool(dtype, length, memory);
    scopeOf().adopt(storage);
    return storage;
  };
  const blocks = (count: number, length: number): readonly Storage[] => {
    const made = new Array<Storage>(count);
    for (let at = 0; at < count; at++) made[at] = block("float32", length);
    return made;
  };
  const addressOf = (storage: Storage): number => storage.addressIn(memory) || broughtIn(storage);
  const broughtIn = (storage: Storage): number => {
    if (storage.isOnHeap) {
      scopeOf().stage(storage, memory);
      return storage.addressIn(memory);
    }
    // It lies in the memory of another machine.
    const copy = block(storage.dtype, storage.length);
    copy.values.set(storage.values);
    return copy.addressIn(memory);
  };
  const placed = ({ storage, layout }: Value): Placed => ({
    address: addressOf(storage),
    dtype: storage.dtype === "int32" ? "int32" : "float32",
    layout,
  });
  /** The same for kernels that read numbers alone: indices are converted. */
  const placedNumbers = (value: Value): Placed =>
    placed(
      value.storage.dtype === "int32"
        ? { storage: uploaded("float32", gathered(value)), layout: contiguous(value.layout.shape) }
        : value,
    );
  const inOrder = (value: Value): number => addressInOrder(value, placedNumbers(value));
  const indicesInOrder = (value: Value): number => addressInOrder(value, placed(value));
  /** The address of the elements in row-major order, copied where they do not stand so. */
  const addressInOrder = (value: Value, { address, dtype, layout }: Placed): number => {
    if (isContiguous(layout)) return address + 4 * layout.offset;
    const copy = block(value.storage.dtype, sizeOf(layout.shape));
    const to = addressOf(copy);
    copyElements(machine, { address: to, dtype, layout: contiguous(layout.shape) }, { address, dtype, layout });
    return to;
  };
  /** Whether results can be written over these while the inputs are read: elements are read where they are written. */
  const canOverwrite = (over: readonly Value[], inputs: readonly Value[]): boolean =>
    over.every(
      (value) =>
        value.storage.addressIn(memory) > 0 &&
        !value.storage.isOnHeap &&
        isWhole(value) &&
        inputs.every((input) => input.storage !== value.storage || isWhole(input)),
    );
  const uploaded = (dtype: "float32" | "int32", values: ArrayLike<number>): Storage => {
    if (currentScope()) {
      const storage = block(dtype, values.length);
      storage.values.set(values);
      return storage;
    }
    return Storage.onHeap(dtype, dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values));
  };
  return {
    name,
    float: "float32",
    alloc: (length) => {
      if (!currentScope()) return Storage.onHeap("float32", new Float32Array(length));
      const storage = block("float32", length);
      storage.values.fill(0);
      return storage;
    },
    upload: (values) => uploaded("float32", values),
    uploadIndices: (values) => uploaded("int32", values),
    map: (program, inputs, shape, over) => {
      const operands = inputs.map(placed);
      const outputs =
        over && canOverwrite(over, inputs)
          ? over.map(({ storage }) => storage)
          : blocks(program.outputs.length, sizeOf(shape));
      mapElements(machine, plans, program, operands, shape, outputs);
      return outputs;
    },
    reduce: (reduction, input, axes) => {
      const from = placed(input);
      const output = block("float32", sizeOf(input.layout.shape.filter((_, axis) => !axes.includes(axis))));
      reduceAxes(machine, reduction, from, axes, addressOf(output));
      return output;
    },
    matmul: (a, b) => {
      const [left, right] = [placedNumbers(a), placedNumbers(b)];
      const { shape } = a.layout;
      const columns = b.layout.shape[shape.length - 1];
      const output = block("float32", sizeOf(shape.slice(0, -1)) * columns);
      multiply(machine, left, right, addressOf(output));
      return output;
    },
    write: (target, source) => {
      const to = target.storage.addressIn(memory);
      if (to === 0 || target.storage.isOnHeap || source.storage === target.storage) copyOnHeap(target, source);
      else copyElements(machine, { ...placed(target), address: to }, placed(source));
    },
    gather: (input, positions, axis) => {
      const { shape } = input.layout;
      const [from, at] = [placed(input), placed(positions)];
      const length = sizeOf(shape.map((dim, other) => (other === axis ? positions.layout.shape[0] : dim)));
      const output = block(from.dtype, length);
      gather(machine, from, at, axis, addressOf(output));
      return output;
    },
    scatterAdd: (input, positions, axis, length) => {
      const { shape } = input.layout;
      const [from, at] = [placed(input), placed(positions)];
      const output = block("float32", sizeOf(shape.map((dim, other) => (other === axis ? length : dim))));
      scatterAdd(machine, from, at, axis, length, addressOf(output));
      return output;
    },
    linear: { machine, block: (length) => block("float32", length), inOrder, indicesInOrder },
    pin: (storage, scope) => scope.pin(storage, memory),
  };
}
