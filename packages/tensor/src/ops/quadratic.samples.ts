import { at, build, total } from "../../test/naive.js";
import { ordinary, type SampleTable } from "../../test/sample.js";
import type { Mat } from "../tensor.js";
import { pairColumns, quadraticForms, quadraticFormsGradient } from "./quadratic.js";

export const quadraticSamples: SampleTable = {
  quadraticForms: ({ m, n, k }) =>
    [n, n + k, k + 5].map((columns) => ({
      about: `of ${columns} columns`,
      inputs: [
        { shape: [m, columns], domain: ordinary },
        { shape: [(columns * (columns + 1)) / 2, k], domain: ordinary },
      ],
      run: (x, coefficients) => quadraticForms(x as Mat, coefficients as Mat),
      expected: (x, coefficients) => {
        const { left, right } = pairColumns(columns);
        return build([m, k], ([row, form]) =>
          total(
            left.length,
            (pair) => at(coefficients, [pair, form]) * at(x, [row, left[pair]]) * at(x, [row, right[pair]]),
          ),
        );
      },
    })),
  quadraticFormsGradient: ({ m, n, k }) =>
    [n, n + 4].map((columns) => ({
      about: `of ${columns} columns`,
      inputs: [
        [m, k],
        [m, columns],
        [(columns * (columns + 1)) / 2, k],
      ].map((shape) => ({ shape, domain: ordinary })),
      run: (received, x, coefficients) => {
        const { toX, toCoefficients } = quadraticFormsGradient(received as Mat, x as Mat, coefficients as Mat);
        return [toX, toCoefficients].filter((gradient) => gradient !== undefined);
      },
      expected: (received, x, coefficients) => {
        const { left, right } = pairColumns(columns);
        const toPair = (row: number, pair: number): number =>
          total(k, (form) => at(received, [row, form]) * at(coefficients, [pair, form]));
        const toX = build([m, columns], ([row, column]) =>
          total(left.length, (pair) => {
            const from = (one: Int32Array, other: Int32Array): number =>
              one[pair] === column ? toPair(row, pair) * at(x, [row, other[pair]]) : 0;
            return from(left, right) + from(right, left);
          }),
        );
        const toCoefficients = build([left.length, k], ([pair, form]) =>
          total(m, (row) => at(received, [row, form]) * at(x, [row, left[pair]]) * at(x, [row, right[pair]])),
        );
        return [toX, toCoefficients];
      },
    })),
};
