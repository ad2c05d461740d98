import { key, type Tensor, withBackend } from "@factorvae/tensor";
import { describe, it } from "vitest";
import { LSTM } from "../src/index.js";
import { type Case, checkCase } from "./cases.js";
import { precisions, readFixtures } from "./fixtures.js";

type LstmCase = Case<{ readonly inputs: number; readonly hidden: number }>;

const { cases } = readFixtures<{ readonly cases: readonly LstmCase[] }>("lstm");

const cube = (x: Tensor) => x.as([x.shape[0], x.shape[1], x.shape[2]]);
const matrix = (x: Tensor) => x.as([x.shape[0], x.shape[1]]);

for (const { kernels, tolerance } of precisions)
  describe(`in ${kernels.name}, values and gradients of an LSTM agree with PyTorch to ${tolerance}`, () => {
    it.each(cases)("with $name", (stored) => {
      withBackend(kernels, () => {
        const lstm = new LSTM<number, number>(stored.options.inputs, stored.options.hidden, key(0));
        checkCase(
          stored,
          lstm,
          ({ x, hidden, cell }) => {
            const initial = hidden && { hidden: matrix(hidden), cell: matrix(cell) };
            return { states: lstm.states(cube(x), initial), ...lstm.final(cube(x), initial) };
          },
          tolerance,
        );
      });
    });
  });
