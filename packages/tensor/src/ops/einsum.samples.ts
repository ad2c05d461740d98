import { at, build, type Naive, total } from "../../test/naive.js";
import { ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import { sizeOf } from "../shape.js";
import { einsum } from "./einsum.js";

/** The sum of products over every value of every letter that the result has not. */
export function contracted(equation: string, inputs: readonly Naive[]): Naive {
  const [left, output] = equation.split("->");
  const terms = left.split(",").map((term) => [...term]);
  const lengths = new Map<string, number>();
  terms.forEach((letters, position) => {
    letters.forEach((letter, axis) => {
      lengths.set(letter, inputs[position].shape[axis]);
    });
  });
  const lengthOf = (letter: string): number => lengths.get(letter) ?? 0;
  const inner = [...lengths.keys()].filter((letter) => !output.includes(letter));
  const innerShape = inner.map(lengthOf);
  return build([...output].map(lengthOf), (outer) =>
    total(sizeOf(innerShape), (position) => {
      const value = new Map([...output].map((letter, axis) => [letter, outer[axis]]));
      innerShape.reduceRight((rest, length, axis) => {
        value.set(inner[axis], rest % length);
        return Math.floor(rest / length);
      }, position);
      return terms.reduce(
        (product, letters, operand) =>
          product *
          at(
            inputs[operand],
            letters.map((letter) => value.get(letter) ?? 0),
          ),
        1,
      );
    }),
  );
}

const equations = [
  ...(["ij->ji", "ij->i", "ij->", "ii->i", "ii->", "iji->j", "->"] as const),
  ...(["i,i->", "i,j->ij", "i,ij->j", "ij,ij->ij", "ij,ij->i", "ij,jk->ik", "ij,kj->ki", "ij,kl->ijkl"] as const),
  ...([
    "bij,bjk->bik",
    "bij,jk->bki",
    "bij,kij->bk",
    "bi,bj->bij",
    "ijk,k->ij",
    "iij,jk->ik",
    "i,j->",
    ",ij->ij",
  ] as const),
  ...(["ij,jk,kl->il", "i,j,k->kji", "bi,ij,bj->b"] as const),
];

export const einsumSamples: SampleTable = {
  einsum: ({ m, n, k }) =>
    equations.map((equation): Sample => {
      const lengths: Readonly<Record<string, number>> = { i: m, j: n, k, l: 2, b: 3 };
      return {
        about: equation,
        inputs: equation
          .replace(/->.*/, "")
          .split(",")
          .map((term) => ({ shape: [...term].map((letter) => lengths[letter]), domain: ordinary })),
        run: (...inputs) => einsum<string, typeof inputs>(equation, ...inputs),
        expected: (...inputs) => contracted(equation, inputs),
      };
    }),
};
