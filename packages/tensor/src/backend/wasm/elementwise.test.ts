import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluated, formulas } from "../../../test/random-formula.js";
import { expectNumbers, expectSameOnAllCrews, expectWords, fusedOrNot, inRoom, type Room } from "../../../test/room.js";
import { runs } from "../../../test/runs.js";
import {
  bitsOf,
  floatsOf,
  type Kind,
  kinds,
  numbersOf,
  positionsOf,
  scattered,
  shapes,
  spanOf,
  wordsOf,
} from "../../../test/scattered.js";
import { input, type Primitive } from "../../formula.js";
import { broadcast, contiguous, type Layout, permute } from "../../layout.js";
import { compile, type Program } from "../../program.js";
import { type Shape, sizeOf } from "../../shape.js";
import { Storage } from "../storage.js";
import { mapElements } from "./elementwise.js";
import { Machine } from "./machine.js";
import type { Placed } from "./placed.js";

/** An operand: where it lies, and what its storage holds. */
interface Laid {
  readonly layout: Layout;
  readonly words: Int32Array;
  readonly dtype: Placed["dtype"];
}

const laid = (layout: Layout, kind: Kind | null, seed: number): Laid =>
  kind === null
    ? { layout, words: wordsOf(seed, spanOf(layout)), dtype: "int32" }
    : { layout, words: bitsOf(floatsOf(kind, seed, spanOf(layout))), dtype: "float32" };

/** The words of each output, after a look at what stands behind it. */
function mapped(room: Room, program: Program, inputs: readonly Laid[], shape: Shape): Int32Array[] {
  const { machine } = room;
  const size = sizeOf(shape);
  const outputs = program.outputs.map(() => Storage.inPool("float32", size + 16, machine.memory));
  for (const { values } of outputs) values.fill(Number.NaN);
  const operands = inputs.map(({ layout, words, dtype }) => ({ address: room.place(words), dtype, layout }));
  mapElements(machine, new WeakMap(), program, operands, shape, outputs);
  return outputs.map((output) => {
    const values = Float32Array.from(output.values);
    expect(values.subarray(size).every(Number.isNaN), "behind the result").toBe(true);
    output.free();
    return bitsOf(values.subarray(0, size));
  });
}

/** Part of a shape that broadcasts to it: leading axes dropped, others of length 1. */
const broadcastable = (shape: Shape): fc.Arbitrary<Shape> =>
  fc
    .record({
      dropped: fc.constantFrom(0, 0, 0, 1, 2),
      ones: fc.array(fc.constantFrom(false, false, true), { minLength: shape.length, maxLength: shape.length }),
    })
    .map(({ dropped, ones }) => shape.map((dim, axis) => (ones[axis] ? 1 : dim)).slice(dropped));

const operand = (shape: Shape) =>
  broadcastable(shape).chain((own) =>
    fc.record({ layout: scattered(own, { repeats: true }), kind: fc.option(kinds, { freq: 5 }), seed: fc.nat(1000) }),
  );

const transcendental = ["exp", "log", "log1p", "expm1", "tanh", "sin", "cos", "erf"] satisfies Primitive[];
const all = compile(transcendental.map((name) => input(0)[name]()));

describe.each(fusedOrNot)("formulas, fused %s", (fused) => {
  const machine = new Machine({ fused, shared: false, wideTiles: false });

  it("have at every element the value of their definition, to the bit, whatever the operands and their layouts", () => {
    const cases = shapes({ minLength: 0, maxLength: 4 }).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        operands: fc.array(operand(shape), { minLength: 3, maxLength: 3 }),
        roots: formulas(3),
      }),
    );
    fc.assert(
      fc.property(cases, ({ shape, operands, roots }) => {
        const inputs = operands.map(({ layout, kind, seed }) => laid(layout, kind, seed));
        const values = inputs.map(({ layout, words, dtype }) => {
          const numbers = dtype === "int32" ? Float32Array.from(words) : numbersOf(words);
          return positionsOf(broadcast(layout, shape)).map((place) => numbers[place]);
        });
        const results = inRoom(machine, (room) => mapped(room, compile(roots), inputs, shape));
        results.forEach((words, output) => {
          const expected = Array.from(words, (_, at) =>
            evaluated(
              roots[output],
              values.map((list) => list[at]),
            ),
          );
          expectNumbers(words, expected, `output ${output} of ${JSON.stringify(compile(roots).steps)}, ${shape}`);
        });
      }),
      runs(200),
    );
  });

  it("give an element by its operands alone, to the bit: in vectors, at the end of a row, and spread over one", () => {
    const cases = fc.record({ length: fc.integer({ min: 1, max: 40 }), kind: kinds, seed: fc.nat(1000) });
    fc.assert(
      fc.property(cases, ({ length, kind, seed }) => {
        const row = laid(contiguous([length]), kind, seed);
        const column: Laid = { ...row, layout: contiguous([length, 1]) };
        inRoom(machine, (room) => {
          const alone = Array.from({ length }, (_, at) =>
            mapped(room, all, [{ ...row, layout: contiguous([1], at) }], [1]).map(([word]) => word),
          );
          const together = mapped(room, all, [row], [length]);
          const spread = mapped(room, all, [column], [length, 7]);
          transcendental.forEach((name, output) => {
            const expected = Int32Array.from(alone, (words) => words[output]);
            expectWords(together[output], expected, name);
            const repeated = Int32Array.from({ length: 7 * length }, (_, at) => expected[Math.floor(at / 7)]);
            expectWords(spread[output], repeated, `${name}, spread`);
          });
        });
      }),
      runs(30),
    );
  });

  it("are the same on any number of threads", async () => {
    const square = laid(contiguous([300, 331]), "any", 1);
    const turned: Laid = { ...square, layout: permute(contiguous([331, 300]), [1, 0]) };
    const row = laid(contiguous([331]), "ordinary", 2);
    const column = laid(contiguous([300, 1]), "ordinary", 3);
    const [x, y, z] = [0, 1, 2].map(input);
    const program = compile([x.mul(y).add(z.exp()), x.sub(z).tanh()]);
    const joined = (results: readonly Int32Array[]): Int32Array =>
      Int32Array.from(results.flatMap((words) => [...words]));
    const on = (inputs: readonly Laid[]) => (room: Room) => joined(mapped(room, program, inputs, [300, 331]));
    await expectSameOnAllCrews(fused, {
      "equal shapes": on([square, square, square]),
      broadcast: on([square, row, column]),
      turned: on([turned, square, row]),
    });
  });
});
