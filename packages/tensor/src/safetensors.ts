import { backend } from "./backend/current.js";
import { tensor } from "./ops/creation.js";
import { type Shape, sizeOf } from "./shape.js";
import { type Tensor, tensorOver } from "./tensor.js";

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
const metadataName = "__metadata__";

/** The header filled up with spaces, so that what follows it is aligned. */
function padded(json: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(json.length / lengthBytes) * lengthBytes).fill(32);
  whole.set(json);
  return whole;
}

/**
 * Tensors as the bytes of a safetensors file, in the order of the record: F32, F64 or I32, row-major, little-endian.
 * Equal tensors give equal bytes.
 *
 * @throws Error if a tensor bears the name that the format keeps for the text.
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const types = { float32: "F32", float64: "F64", int32: "I32" } as const;
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape, size }]) => {
    if (name === metadataName) throw new Error(`safetensors: a tensor cannot have the name ${metadataName}`);
    const start = end;
    end += size * (dtype === "float64" ? 8 : 4);
    return [name, { dtype: types[dtype], shape, data_offsets: [start, end] }] as const;
  });
  const texts = Object.keys(metadata).length > 0 ? [[metadataName, metadata] as const] : [];
  const json = padded(new TextEncoder().encode(JSON.stringify(Object.fromEntries([...texts, ...entries]))));
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

type Fail = (reason: string) => never;

/** Readers of the number types that occur in model files, and their sizes in bytes. */
const readers = {
  F32: { width: 4, read: (view: DataView, at: number) => view.getFloat32(at, true) },
  F64: { width: 8, read: (view: DataView, at: number) => view.getFloat64(at, true) },
  I32: { width: 4, read: (view: DataView, at: number) => view.getInt32(at, true) },
};

/**
 * The tensors and the text of a safetensors file. Numbers are in the type of the current kernels; I32 become indices.
 *
 * @throws Error if the bytes are no safetensors file, cut short, of a number type other than F32, F64 and I32, or hold a
 * number that the current kernels cannot.
 */
export function readSafetensors(bytes: Uint8Array): StateFile {
  const fail: Fail = (reason) => {
    throw new Error(`safetensors: ${reason}`);
  };
  if (bytes.length < lengthBytes) fail(`a file of ${bytes.length} bytes has no header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const start = lengthBytes + length;
  if (start > bytes.length)
    fail(`the header should be ${length} bytes, but the file has ${bytes.length - lengthBytes} after its length`);
  const { [metadataName]: metadata = {}, ...entries } = parseHeader(bytes.subarray(lengthBytes, start), fail);
  const data = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const tensors = Object.entries(entries).map(([name, entry]) => [name, readTensor(name, entry, data, fail)] as const);
  if (!isTexts(metadata)) return fail("the metadata are not text by name");
  return { tensors: Object.fromEntries(tensors), metadata };
}

function readTensor(name: string, entry: unknown, data: DataView, fail: Fail): Tensor {
  if (!isEntry(entry)) return fail(`the header tells no dtype, shape and data_offsets of ${name}`);
  const { dtype, shape, data_offsets } = entry;
  if (!(dtype === "F32" || dtype === "F64" || dtype === "I32"))
    return fail(`${name} is of type ${dtype}; F32, F64 and I32 are read`);
  const { width, read } = readers[dtype];
  const [from, to] = data_offsets;
  const size = sizeOf(shape);
  if (to - from !== size * width)
    fail(`${name} of shape [${shape.join(", ")}] should be ${size * width} bytes, not ${to - from}`);
  if (to > data.byteLength) fail(`the file ends within ${name}`);
  const values = Float64Array.from({ length: size }, (_, index) => read(data, from + index * width));
  if (dtype === "I32") return tensorOver(backend().uploadIndices(values), shape);
  const made = tensor(values, shape);
  const lost = made.data.findIndex((value, at) => !Number.isFinite(value) && Number.isFinite(values[at]));
  if (lost >= 0) fail(`${name} holds ${values[lost]}, which is too large for ${made.dtype}`);
  return made;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((text) => typeof text === "string");

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

const isEntry = (value: unknown): value is Entry =>
  isRecord(value) &&
  typeof value.dtype === "string" &&
  Array.isArray(value.shape) &&
  value.shape.every(isWhole) &&
  Array.isArray(value.data_offsets) &&
  value.data_offsets.length === 2 &&
  value.data_offsets.every(isWhole);

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return fail("the header is no JSON");
  }
  return isRecord(header) ? header : fail("the header is no JSON object");
}
