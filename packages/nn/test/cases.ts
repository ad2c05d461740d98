import { valueAndGrad } from "@factorvae/autograd";
import { mul, type Scalar, sum, type Tensor } from "@factorvae/tensor";
import { expect } from "vitest";
import { fromPyTorch, loadStateDict, parameters, stateDict } from "../src/index.js";
import { allRestored, expectClose, restored, type StoredByName } from "./fixtures.js";

/** One run of a layer or a loss in PyTorch, as `fixtures/layer_cases.py` writes it. */
export interface Case<Options> {
  readonly name: string;
  readonly options: Options;
  /** The state dictionary under PyTorch's names; of a loss, nothing. */
  readonly state: StoredByName;
  readonly inputs: StoredByName;
  /** What is not differentiated by: masks. */
  readonly constants: StoredByName;
  readonly outputs: StoredByName;
  readonly cotangents: StoredByName;
  /** Of the sum of output * cotangent over all cotangents, by parameters and inputs. */
  readonly gradients: StoredByName;
}

/** The parameters of a layer by name, themselves. */
function sourcesOf(layer: object): Record<string, Tensor> {
  const state = stateDict(layer);
  const found = parameters(layer);
  const trained = Object.keys(state).filter((name) => !name.startsWith("running"));
  return Object.fromEntries(trained.map((name, at) => [name, found[at]]));
}

/**
 * Loads the case's state into the layer, compares what `run` makes of the inputs with PyTorch's outputs by name, and the
 * gradients by every input and parameter.
 */
export function checkCase<Options>(
  { state, inputs, constants, outputs, cotangents, gradients }: Case<Options>,
  layer: object,
  run: (
    inputs: Readonly<Record<string, Tensor>>,
    constants: Readonly<Record<string, Tensor>>,
  ) => Record<string, Tensor>,
  tolerance: number,
): void {
  loadStateDict(layer, fromPyTorch(layer, allRestored(state)));
  const given = allRestored(inputs);
  const fixed = allRestored(constants);
  const made = run(given, fixed);
  expect(Object.keys(made).sort()).toEqual(Object.keys(outputs).sort());
  for (const [name, output] of Object.entries(outputs)) {
    expect(made[name].shape, name).toEqual(output.shape);
    expectClose(made[name], output, tolerance, name);
  }
  const loss = (): Scalar => {
    const found = run(given, fixed);
    return Object.entries(cotangents)
      .map(([name, cotangent]) => sum(mul<readonly number[]>(found[name], restored(cotangent, cotangent.shape))))
      .reduce((total, term) => total.add(term));
  };
  const sources = { ...given, ...sourcesOf(layer) };
  const { grads } = valueAndGrad(loss, Object.values(sources));
  const found = Object.fromEntries(Object.keys(sources).map((name, at) => [name, grads[at]]));
  const names = Object.keys(fromPyTorch(layer, allRestored(gradients)));
  const wanted = Object.fromEntries(Object.values(gradients).map((gradient, at) => [names[at], gradient]));
  expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort());
  for (const [name, gradient] of Object.entries(wanted))
    expectClose(found[name], gradient, tolerance, `gradient of ${name}`);
}
