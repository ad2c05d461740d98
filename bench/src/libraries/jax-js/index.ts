import { defaultDevice, grad, init, jit, nn, numpy as np } from "@jax-js/jax";
import { type Library, sumOf, type Timed } from "../../case.js";
import type { GruSpec } from "../../groups/model.js";
import { bundledSize } from "../bundle.js";
import { gruWeights } from "../gru-weights.js";
import { type Arr, array, finished } from "./arrays.js";
import { operationCase } from "./operations.js";

async function ready(): Promise<void> {
  await init("wasm");
  defaultDevice("wasm");
}

/** Results stay where the library keeps them, or are read to the heap. Functions own their arguments: hence `ref`. */
function placed(place: "heap" | "scope", compute: () => Arr): Timed {
  const read = () => compute().dataSync() as Float32Array;
  return {
    run: place === "heap" ? () => read()[0] : () => finished(compute()),
    isAsync: place === "scope",
    check: () => sumOf(read()),
  };
}

const elementwise = {
  exp: (x: Arr) => np.exp(x),
  sigmoid: (x: Arr) => nn.sigmoid(x),
  tanh: (x: Arr) => np.tanh(x),
  softplus: (x: Arr) => nn.softplus(x),
  mul: (x: Arr) => x.ref.mul(x),
  "sum of rows": (x: Arr) => np.sum(x, 1),
  "softmax of rows": (x: Arr) => nn.softmax(x, 1),
};

function gruCase({ stocks, steps, hidden }: GruSpec): Timed {
  const weights = gruWeights(hidden);
  const inputs = {
    x: array("x", [stocks, steps, hidden]),
    inputWeight: np.array(weights.weightIh).reshape([3 * hidden, hidden]),
    weight: np.array(weights.weightHh).reshape([3 * hidden, hidden]),
    inputBias: np.array(weights.biasIh),
    bias: np.array(weights.biasHh),
  };
  type Inputs = { [Name in keyof typeof inputs]: Arr };
  const columns = (x: Arr, gate: number): Arr => x.slice([], [gate * hidden, (gate + 1) * hidden]);
  const loss = ({ x, inputWeight, weight, inputBias, bias }: Inputs): Arr => {
    const rows = np.matmul(x.reshape([stocks * steps, hidden]), np.transpose(inputWeight)).add(inputBias);
    const gates = rows.reshape([stocks, steps, 3 * hidden]);
    const turned = np.transpose(weight);
    let state = np.zeros([stocks, hidden]);
    for (let step = 0; step < steps; step++) {
      const gate = gates.ref.slice([], step, []);
      const own = np.matmul(state.ref, turned.ref).add(bias.ref);
      const r = nn.sigmoid(columns(gate.ref, 0).add(columns(own.ref, 0)));
      const z = nn.sigmoid(columns(gate.ref, 1).add(columns(own.ref, 1)));
      const n = np.tanh(columns(gate, 2).add(r.mul(columns(own, 2))));
      state = n.ref.add(z.mul(state.sub(n)));
    }
    for (const used of [gates, turned, bias]) used.dispose();
    return np.mean(np.square(state));
  };
  const gradients = jit(grad(loss));
  const held = (): Inputs =>
    Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.ref])) as Inputs;
  return {
    run: async () => {
      for (const gradient of Object.values(gradients(held()) as Inputs)) await finished(gradient);
    },
    isAsync: true,
    check: () =>
      Object.values(gradients(held()) as Inputs).reduce(
        (sum, gradient) => sum + sumOf(np.abs(gradient).dataSync() as Float32Array),
        0,
      ),
  };
}

/** jax-js on its WebAssembly backend, functions compiled by its `jit`: one thread, as Node has no workers of browsers. */
export const jaxJs: Library = {
  matmul: async ({ m, k, n, layout, place }) => {
    await ready();
    const a = array("a", layout === "TN" ? [k, m] : [m, k]);
    const b = array("b", layout === "NT" ? [n, k] : [k, n]);
    const product = jit((x: Arr, y: Arr) =>
      np.matmul(layout === "TN" ? np.transpose(x) : x, layout === "NT" ? np.transpose(y) : y),
    );
    return placed(place, () => product(a.ref, b.ref));
  },
  elementwise: async ({ operation, count, place }) => {
    await ready();
    const x = array("x", [count / 64, 64], 3);
    const compute = jit(elementwise[operation]);
    return placed(place, () => compute(x.ref));
  },
  operations: async (spec) => {
    await ready();
    return operationCase(spec);
  },
  gru: async (spec) => {
    await ready();
    return gruCase(spec);
  },
  chain: async ({ length, backward, place }) => {
    await ready();
    const [x, y] = [array("x", [64]), array("y", [64])];
    const whole = (start: Arr): Arr => {
      let value = start.ref;
      for (let at = 0; at < length / 2; at++) value = value.mul(y.ref).add(start.ref);
      start.dispose();
      return value;
    };
    const gradient = grad((start: Arr) => np.sum(whole(start)));
    return placed(place, () => (backward ? (gradient(x.ref) as Arr) : whole(x.ref)));
  },
  size: ({ what }) => bundledSize(what === "app" ? app : all),
};

const all = `export * from "@jax-js/jax";`;
const app = `import { defaultDevice, grad, init, numpy as np } from "@jax-js/jax";
await init("wasm");
defaultDevice("wasm");
console.log(grad((x) => np.sum(np.matmul(x.ref, x)))(np.array([[1, 2], [3, 4]])).js());`;
