import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { type Library, sumOf } from "../case.js";
import { values } from "../values.js";
import { bundledSize } from "./bundle.js";

/** Fields of a protocol-buffer message: numbers, texts, or messages in turn. */
type Field = readonly [field: number, value: number | string | Uint8Array];

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
}

function message(...fields: readonly Field[]): Uint8Array {
  return Uint8Array.from(
    fields.flatMap(([field, value]) => {
      if (typeof value === "number") return [...varint(field * 8), ...varint(value)];
      const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
      return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
    }),
  );
}

const float = 1;
const integer = 2;

/** A declared matrix: ONNX's `ValueInfoProto`. */
const declared = (name: string, rows: number, columns: number): Uint8Array => {
  const dimensions = [rows, columns].map((length): Field => [1, message([1, length])]);
  return message([1, name], [2, message([1, message([1, float], [2, message(...dimensions)])])]);
};

const flag = (name: string, on: boolean): Field => [5, message([1, name], [3, on ? 1 : 0], [20, integer])];

/** A model of one product, `Gemm`: ONNX's `ModelProto`. */
function productModel(a: readonly [number, number], b: readonly [number, number], layout: string): Uint8Array {
  const node = message(
    [1, "a"],
    [1, "b"],
    [2, "c"],
    [4, "Gemm"],
    flag("transA", layout === "TN"),
    flag("transB", layout === "NT"),
  );
  const rows = layout === "TN" ? a[1] : a[0];
  const columns = layout === "NT" ? b[0] : b[1];
  const graph = message(
    [1, node],
    [2, "product"],
    [11, declared("a", ...a)],
    [11, declared("b", ...b)],
    [12, declared("c", rows, columns)],
  );
  return message([1, 8], [7, graph], [8, message([1, ""], [2, 13])]);
}

/** ONNX Runtime on WebAssembly, one thread; its operands and results always cross to and from the heap. */
export const onnxruntime: Library = {
  matmul: async ({ m, k, n, layout }) => {
    env.wasm.numThreads = 1;
    const shapeOfA = layout === "TN" ? ([k, m] as const) : ([m, k] as const);
    const shapeOfB = layout === "NT" ? ([n, k] as const) : ([k, n] as const);
    const session = await InferenceSession.create(productModel(shapeOfA, shapeOfB, layout));
    const feeds = {
      a: new Tensor(values("a", m * k), shapeOfA),
      b: new Tensor(values("b", k * n), shapeOfB),
    };
    const product = async () => (await session.run(feeds)).c.data as Float32Array;
    return { run: product, isAsync: true, check: async () => sumOf(await product()) };
  },
  size: ({ what }) =>
    what === "library"
      ? bundledSize(`export * from "onnxruntime-web/wasm";`, ["onnxruntime-web/ort-wasm-simd-threaded.wasm"])
      : undefined,
};
