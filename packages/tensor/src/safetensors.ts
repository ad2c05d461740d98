import { tensor } from "./ops/creation.js";
import { type Shape, sizeOf } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** What a safetensors file holds: tensors by name, and text by name. */
export interface StateFile {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: Shape;
  readonly data_offsets: readonly [number, number];
}

const lengthBytes = 8;

/**
 * Tensors as the bytes of a safetensors file, in the order of the record: F32, F64 or I32, row-major, little-endian.
 * Equal tensors give equal bytes.
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = { float32: "F32", float64: "F64", int32: "I32" } as const;
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let end = 0;
  for (const [name, { dtype, shape, size }] of Object.entries(tensors)) {
    const start = end;
    end += size * (dtype === "float64" ? 8 : 4);
    header[name] = { dtype: names[dtype], shape, data_offsets: [start, end] };
  }
  const text = JSON.stringify(header);
  const json = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / lengthBytes) * lengthBytes));
  const bytes = new Uint8Array(lengthBytes + json.length + end);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, lengthBytes);
  let at = lengthBytes + json.length;
  for (const { data } of Object.values(tensors)) {
    for (const value of data) {
      if (data instanceof Float32Array) view.setFloat32(at, value, true);
      else if (data instanceof Float64Array) view.setFloat64(at, value, true);
      else view.setInt32(at, value, true);
      at += data.BYTES_PER_ELEMENT;
    }
  }
  return bytes;
}

/** Readers of the number types that occur in model files, and their sizes in bytes. */
const readers: Readonly<Record<string, readonly [number, (view: DataView, at: number) => number]>> = {
  F32: [4, (view, at) => view.getFloat32(at, true)],
  F64: [8, (view, at) => view.getFloat64(at, true)],
  I32: [4, (view, at) => view.getInt32(at, true)],
};

/**
 * The tensors and the text of a safetensors file; numbers in the type of the current kernels.
 *
 * @throws Error if the bytes are no safetensors file, cut short, or of a number type other than F32, F64 and I32.
 */
export function readSafetensors(bytes: Uint8Array): StateFile {
  const fail = (reason: string): never => {
    throw new Error(`safetensors: ${reason}`);
  };
  if (bytes.length < lengthBytes) fail(`a file of ${bytes.length} bytes has no header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const start = lengthBytes + length;
  if (start > bytes.length)
    fail(`the header should be ${length} bytes, but the file has ${bytes.length - lengthBytes} after its length`);
  const header = parseHeader(bytes.subarray(lengthBytes, start), fail);
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors: Record<string, Tensor> = {};
  for (const [name, entry] of Object.entries(entries) as [string, Entry][]) {
    const reader = readers[entry.dtype] ?? fail(`${name} is of type ${entry.dtype}; F32, F64 and I32 are read`);
    const [width, read] = reader;
    const [from, to] = entry.data_offsets;
    const size = sizeOf(entry.shape);
    if (to - from !== size * width)
      fail(`${name} of shape [${entry.shape}] should be ${size * width} bytes, not ${to - from}`);
    if (start + to > bytes.length) fail(`the file ends within ${name}`);
    const values = Float64Array.from({ length: size }, (_, index) => read(view, start + from + index * width));
    tensors[name] = tensor(values, entry.shape);
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

function parseHeader(bytes: Uint8Array, fail: (reason: string) => never): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof header === "object" && header !== null) return header as Record<string, unknown>;
  } catch {
    return fail("the header is no JSON");
  }
  return fail("the header is no JSON object");
}
