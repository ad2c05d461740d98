import fc from "fast-check";
import { type Layout, permute } from "../src/layout.js";
import { type Shape, sizeOf } from "../src/shape.js";

/** Where in its storage each element of a layout stands, in row-major order: the definition of a layout. */
export const positionsOf = ({ shape, strides, offset }: Layout): number[] =>
  shape.reduce<number[]>(
    (starts, dim, axis) =>
      starts.flatMap((start) => Array.from({ length: dim }, (_, at) => start + at * strides[axis])),
    [offset],
  );

/** How many elements a storage needs for a layout to lie in it. */
export const spanOf = (layout: Layout): number => positionsOf(layout).reduce((span, at) => Math.max(span, at + 1), 0);

/** Lengths of an axis: none, one, and those around one, two and four vectors and around a row that is long. */
const lengths = fc.constantFrom(0, ...[1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 31, 33, 65].flatMap((n) => [n, n, n]));

/** Shapes of so many axes, of up to some thousand elements. */
export const shapes = (rank: { readonly minLength: number; readonly maxLength: number }): fc.Arbitrary<Shape> =>
  fc.array(lengths, rank).filter((shape) => sizeOf(shape) <= 2500);

/** How one axis lies: its elements one behind the other or with gaps, forwards or backwards, or all the same one. */
const axisWays = fc.record({
  step: fc.constantFrom(1, 1, 1, 2, 3),
  padding: fc.constantFrom(0, 0, 0, 1, 5),
  turned: fc.constantFrom(false, false, false, true),
  repeated: fc.constantFrom(false, false, false, true),
});

/**
 * Layouts of a shape whose axes lie in any order, with gaps, backwards, from any offset on. Where `repeats`, some axes have
 * stride 0; otherwise no two elements share a place.
 */
export const scattered = (shape: Shape, { repeats }: { readonly repeats: boolean }): fc.Arbitrary<Layout> =>
  fc
    .record({
      order: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
      isInOrder: fc.boolean(),
      ways: fc.array(axisWays, { minLength: shape.length, maxLength: shape.length }),
      isPlain: fc.boolean(),
      start: fc.nat(6),
    })
    .map(({ order, isInOrder, ways, isPlain, start }) => {
      let [stride, offset] = [1, start];
      const inward = [...(isInOrder ? shape.keys() : order)].reverse();
      const strides = inward.map((axis) => {
        const { step, padding, turned, repeated } = ways[axis];
        if (repeats && repeated) return 0;
        const own = isPlain ? stride : stride * step;
        stride = own * Math.max(1, shape[axis]) + (isPlain ? 0 : padding);
        if (isPlain || !turned) return own;
        offset += own * Math.max(0, shape[axis] - 1);
        return -own;
      });
      const back = [...shape.keys()].map((axis) => inward.indexOf(axis));
      return permute({ shape: inward.map((axis) => shape[axis]), strides, offset }, back);
    });

/** Words that are numbers of all kinds, or only such as can be added: zeros, denormals, extremes, infinities, NaN. */
export type Kind = "ordinary" | "finite" | "any";

/** Which numbers a case computes with. */
export const kinds: fc.Arbitrary<Kind> = fc.constantFrom("ordinary", "finite", "any");

const finite = [0, -0, 1, -1, 0.5, 2 ** -149, -(2 ** -149), 2 ** -126, 2 ** -126 - 2 ** -149, 1 + 2 ** -23, 2.5, -7.5];
const extremes = [(2 - 2 ** -23) * 2 ** 127, -(2 - 2 ** -23) * 2 ** 127, 2 ** 31, -(2 ** 31), 2 ** 24 + 2];
const edges = [...finite, ...extremes, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];

/** A number from 0 to 2^32 that looks like a random one. */
function mixed(seed: number, at: number): number {
  let bits = Math.imul(seed + 0x9e3779b9, 0x85ebca6b) ^ Math.imul(at + 1, 0xc2b2ae35);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return (bits ^ (bits >>> 15)) >>> 0;
}

/** Words at random, of all bits. */
export const wordsOf = (seed: number, length: number): Int32Array =>
  Int32Array.from({ length }, (_, at) => mixed(seed, at));

/** Float32 numbers of a kind, at random. */
export const floatsOf = (kind: Kind, seed: number, length: number): Float32Array =>
  Float32Array.from({ length }, (_, at) => {
    const draw = mixed(seed, at);
    if (kind === "ordinary" || draw % 4 > 0) return (draw / 2 ** 31 - 1) * 2 ** ((draw % 17) - 8);
    const among = kind === "finite" ? [...finite, ...extremes] : edges;
    return among[(draw >>> 8) % among.length];
  });

/** The bits of numbers. */
export const bitsOf = (values: Float32Array): Int32Array => new Int32Array(values.slice().buffer);

/** The numbers that bits are. */
export const numbersOf = (words: Int32Array): Float32Array => new Float32Array(words.slice().buffer);
