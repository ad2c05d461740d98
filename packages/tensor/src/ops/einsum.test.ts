import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectClose } from "../../test/compare.js";
import { naive } from "../../test/naive.js";
import { fold, indices, key, normal, reference64, type Tensor, withBackend } from "../index.js";
import { einsum } from "./einsum.js";
import { contracted } from "./einsum.samples.js";

const lengths: Readonly<Record<string, number>> = { a: 2, b: 3, c: 1, d: 2, e: 4 };
const letters = Object.keys(lengths);

/** Equations of up to four operands of up to three axes, letters repeated within them and among them. */
const equations = fc
  .tuple(
    fc.array(fc.array(fc.constantFrom(...letters), { maxLength: 3 }), { minLength: 1, maxLength: 4 }),
    fc.shuffledSubarray(letters),
  )
  .map(([terms, asked]) => {
    const output = asked.filter((letter) => terms.some((term) => term.includes(letter)));
    return `${terms.map((term) => term.join("")).join(",")}->${output.join("")}`;
  });

describe("einsum", () => {
  it("keeps indices to the last digit where it only rearranges them", () => {
    const large = indices([5, 2 ** 24 + 1]);
    expect(einsum("i->i", large).data).toEqual(large.data);
  });

  it("is the sum of products over every letter, for any equation", () => {
    fc.assert(
      fc.property(equations, fc.nat(1000), (equation, seed) => {
        withBackend(reference64, () => {
          const operands: Tensor[] = equation
            .replace(/->.*/, "")
            .split(",")
            .map((term, at) =>
              normal(
                fold(fold(key(seed), "operand"), at),
                [...term].map((letter) => lengths[letter]),
              ),
            );
          const got = einsum<string, Tensor[]>(equation, ...operands);
          expectClose(got, contracted(equation, operands.map(naive)), 1e-10, equation);
        });
      }),
    );
  });
});
