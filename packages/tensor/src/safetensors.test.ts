import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../test/runs.js";
import { indices, readSafetensors, reference64, tensor, transpose, withBackend, writeSafetensors } from "./index.js";
import { sizeOf } from "./shape.js";

const named = fc.dictionary(
  fc.string().filter((name) => name !== "__metadata__"),
  fc
    .array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 })
    .chain((shape) =>
      fc.tuple(fc.constant(shape), fc.array(fc.float(), { minLength: sizeOf(shape), maxLength: sizeOf(shape) })),
    ),
);

/** A file of this header, and a number of bytes after it. */
function file(header: string, bytes = 0): Uint8Array {
  const json = new TextEncoder().encode(header);
  const whole = new Uint8Array(8 + json.length + bytes);
  new DataView(whole.buffer).setBigUint64(0, BigInt(json.length), true);
  whole.set(json, 8);
  return whole;
}

const entry = (fields: object): string =>
  JSON.stringify({ x: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...fields } });

describe("a safetensors file", () => {
  it("gives back the tensors and the text that were written, to the bit", () => {
    fc.assert(
      fc.property(named, fc.dictionary(fc.string(), fc.string()), (parts, metadata) => {
        const tensors = Object.fromEntries(
          Object.entries(parts).map(([name, [shape, values]]) => [name, tensor(values, shape)]),
        );
        const bytes = writeSafetensors(tensors, metadata);
        const read = readSafetensors(bytes);
        expect(Object.keys(read.tensors)).toEqual(Object.keys(tensors));
        for (const [name, [shape, values]] of Object.entries(parts)) {
          expect(read.tensors[name].shape).toEqual(shape);
          expect(Array.from(read.tensors[name].data)).toEqual(values);
        }
        expect(read.metadata).toEqual(metadata);
        expect(writeSafetensors(read.tensors, read.metadata)).toEqual(bytes);
      }),
    );
  });

  it("keeps names of any script, and the data aligned behind them", () => {
    const bytes = writeSafetensors({ "σ.gewicht": tensor([1, 2]), ["__proto__"]: tensor([3]) });
    expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
    expect(Object.keys(readSafetensors(bytes).tensors)).toEqual(["σ.gewicht", "__proto__"]);
  });

  it("holds doubles as doubles and indices as indices", () => {
    withBackend(reference64, () => {
      const read = readSafetensors(writeSafetensors({ x: tensor([0.1, 1e300]) })).tensors;
      expect([read.x.dtype, ...read.x.data]).toEqual(["float64", 0.1, 1e300]);
    });
    const { i } = readSafetensors(writeSafetensors({ i: indices([2 ** 31 - 1, 16_777_217]) })).tensors;
    expect([i.dtype, ...i.data]).toEqual(["int32", 2 ** 31 - 1, 16_777_217]);
  });

  it("is written in row-major order, whatever the layout", () => {
    const x = transpose(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      [1, 0],
    );
    expect(readSafetensors(writeSafetensors({ x })).tensors.x.toArray()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
  });

  it("reads from the middle of a buffer", () => {
    const bytes = writeSafetensors({ x: tensor([1, 2]) });
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(readSafetensors(shifted.subarray(3)).tensors.x.toArray()).toEqual([1, 2]);
  });

  it("does not take the name of the text for a tensor", () => {
    expect(() => writeSafetensors({ __metadata__: tensor(1) })).toThrow(
      "safetensors: a tensor cannot have the name __metadata__",
    );
  });

  const doubles = withBackend(reference64, () => writeSafetensors({ x: tensor([1, 1e300]) }));
  it.each([
    ["no bytes", new Uint8Array(3), "a file of 3 bytes has no header"],
    [
      "a header beyond the end",
      Uint8Array.of(99, 0, 0, 0, 0, 0, 0, 0, 1),
      "the header should be 99 bytes, but the file has 1",
    ],
    ["no JSON", file("{nonsense"), "the header is no JSON"],
    ["no text", file("\u0000"), "the header is no JSON"],
    ["no object", file("[1]"), "the header is no JSON object"],
    ["no offsets", file('{"x":{"dtype":"F32","shape":[2]}}'), "the header tells no dtype, shape and data_offsets of x"],
    ["a negative dimension", file(entry({ shape: [-2] }), 8), "the header tells no dtype, shape and data_offsets of x"],
    ["another type", file(entry({ dtype: "BF16" }), 8), "x is of type BF16; F32, F64 and I32 are read"],
    [
      "a type named like a method",
      file(entry({ dtype: "toString" }), 8),
      "x is of type toString; F32, F64 and I32 are read",
    ],
    ["a size that is not the shape's", file(entry({ shape: [3] }), 8), "x of shape [3] should be 12 bytes, not 8"],
    ["missing data", file(entry({}), 7), "the file ends within x"],
    ["text that is none", file('{"__metadata__":{"a":1}}'), "the metadata are not text by name"],
    ["a double too large", doubles, "x holds 1e+300, which is too large for float32"],
  ])("with %s is refused in one clear sentence", (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(`safetensors: ${message}`);
  });

  it("never crashes on broken bytes: it reads, or says what is wrong", () => {
    const whole = writeSafetensors({ a: tensor([1, 2, 3]), b: tensor([[4], [5]]) }, { note: "text" });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 }),
        fc.nat(whole.length),
        (edits, end) => {
          const bytes = whole.slice(0, end);
          for (const [at, value] of edits) if (at < end) bytes[at] = value;
          try {
            for (const read of Object.values(readSafetensors(bytes).tensors)) expect(read.size).toBe(read.data.length);
          } catch (error) {
            expect(error instanceof Error && error.message).toMatch(/^safetensors: /);
          }
        },
      ),
      runs(500),
    );
  });
});
