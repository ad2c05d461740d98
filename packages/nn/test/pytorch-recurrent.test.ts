import { key, type Tensor, withBackend } from "@factorvae/tensor";
import { describe, it } from "vitest";
import { Bidirectional, GRU, LSTM, type RecurrentLayer, stacked } from "../src/index.js";
import { type Case, checkCase } from "./cases.js";
import { precisions, readFixtures } from "./fixtures.js";

type LstmCase = Case<{ readonly inputs: number; readonly hidden: number }>;

const { cases } = readFixtures<{ readonly cases: readonly LstmCase[] }>("lstm");

interface StackOptions {
  readonly kind: "GRU" | "LSTM";
  readonly inputs: number;
  readonly hidden: number;
  readonly layers: number;
  readonly bothWays: boolean;
}

const { cases: stacks } = readFixtures<{ readonly cases: readonly Case<StackOptions>[] }>("stacks");

/** The recurrent layer of these settings: its values are loaded. */
function layerOf({ kind, inputs, hidden, layers, bothWays }: StackOptions): RecurrentLayer {
  const unit = (width: number): RecurrentLayer =>
    kind === "GRU" ? new GRU<number, number>(width, hidden, key(0)) : new LSTM<number, number>(width, hidden, key(0));
  const layer = (width: number): RecurrentLayer =>
    bothWays ? new Bidirectional(unit(width), unit(width)) : unit(width);
  const [second, ...others] = Array.from({ length: layers - 1 }, () => layer(bothWays ? 2 * hidden : hidden));
  return second ? stacked(layer(inputs), second, ...others) : layer(inputs);
}

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

for (const { kernels, tolerance } of precisions)
  describe(`in ${kernels.name}, values and gradients of stacks and both ways agree with PyTorch to ${tolerance}`, () => {
    it.each(stacks)("of a $name", (stored) => {
      withBackend(kernels, () => {
        const layer = layerOf(stored.options);
        checkCase(
          stored,
          layer,
          ({ x }) => ({ states: layer.states(cube(x)), last: layer.forward(cube(x)) }),
          tolerance,
        );
      });
    });
  });
