import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { type Library, sumOf, type Timed } from "../../case.js";
import type { GruSpec } from "../../groups/model.js";
import { values } from "../../values.js";
import { bundled, bundledSize } from "../bundle.js";
import { gruWeights } from "../gru-weights.js";
import { operationCase } from "./operations.js";
import { placed } from "./placed.js";

/** The package's build for Node lacks its gradients: they are bundled from its modules, and add themselves to it. */
async function loadGradients(): Promise<void> {
  const code = await bundled(`import "@tensorflow/tfjs-core/dist/register_all_gradients.js";`, { minify: false });
  await import(`data:text/javascript;base64,${Buffer.from(code.join("\n")).toString("base64")}`);
}

async function ready(): Promise<void> {
  await tf.setBackend("wasm");
  if (!tf.getGradient("Mean")) await loadGradients();
}

const matrix = (name: string, rows: number, columns: number, bound = 1): tf.Tensor2D =>
  tf.tensor2d(values(name, rows * columns, bound), [rows, columns]);

const elementwise = {
  exp: tf.exp,
  sigmoid: tf.sigmoid,
  tanh: tf.tanh,
  softplus: tf.softplus,
  mul: (x: tf.Tensor2D) => tf.mul(x, x),
  "sum of rows": (x: tf.Tensor2D) => tf.sum(x, 1),
  "softmax of rows": (x: tf.Tensor2D) => tf.softmax(x, 1),
};

function gruCase({ stocks, steps, hidden }: GruSpec): Timed {
  const weights = gruWeights(hidden);
  const inputs = [
    tf.tensor3d(values("x", stocks * steps * hidden), [stocks, steps, hidden]),
    tf.tensor2d(weights.weightIh, [3 * hidden, hidden]),
    tf.tensor2d(weights.weightHh, [3 * hidden, hidden]),
    tf.tensor1d(weights.biasIh),
    tf.tensor1d(weights.biasHh),
  ];
  const loss = (x: tf.Tensor, inputWeight: tf.Tensor, weight: tf.Tensor, inputBias: tf.Tensor, bias: tf.Tensor) => {
    const rows = tf.matMul(tf.reshape(x, [stocks * steps, hidden]), inputWeight as tf.Tensor2D, false, true);
    const gates = tf.reshape(tf.add(rows, inputBias), [stocks, steps, 3 * hidden]);
    let state: tf.Tensor = tf.zeros([stocks, hidden]);
    for (const gate of tf.unstack(gates, 1)) {
      const [reset, update, fresh] = tf.split(gate, 3, 1);
      const own = tf.add(tf.matMul(state as tf.Tensor2D, weight as tf.Tensor2D, false, true), bias);
      const [ownReset, ownUpdate, ownFresh] = tf.split(own, 3, 1);
      const z = tf.sigmoid(tf.add(update, ownUpdate));
      const n = tf.tanh(tf.add(fresh, tf.mul(tf.sigmoid(tf.add(reset, ownReset)), ownFresh)));
      state = tf.add(n, tf.mul(z, tf.sub(state, n)));
    }
    return tf.mean(tf.square(state)) as tf.Scalar;
  };
  const gradients = tf.grads(loss);
  return {
    run: () => {
      for (const gradient of gradients(inputs)) gradient.dispose();
    },
    check: () => gradients(inputs).reduce((sum, gradient) => sum + sumOf(tf.abs(gradient).dataSync()), 0),
  };
}

/** TensorFlow.js on its WebAssembly backend: one thread, as Node has no workers of browsers. */
export const tfjs: Library = {
  matmul: async ({ m, k, n, layout, place }) => {
    await ready();
    const a = layout === "TN" ? matrix("a", k, m) : matrix("a", m, k);
    const b = layout === "NT" ? matrix("b", n, k) : matrix("b", k, n);
    return placed(place, () => tf.matMul(a, b, layout === "TN", layout === "NT"));
  },
  elementwise: async ({ operation, count, place }) => {
    await ready();
    const x = matrix("x", count / 64, 64, 3);
    return placed(place, () => elementwise[operation](x));
  },
  operations: async (spec) => {
    await ready();
    return operationCase(spec);
  },
  gru: async (spec) => {
    await ready();
    return gruCase(spec);
  },
  overhead: async ({ operation, place }) => {
    await ready();
    const flat = tf.tensor1d(values("x", 64));
    const square = tf.reshape(flat, [8, 8]) as tf.Tensor2D;
    const { run } = placed(place, operation === "add" ? () => tf.add(flat, flat) : () => tf.matMul(square, square));
    return { run: () => repeated(run, 100) };
  },
  chain: async ({ length, backward, place }) => {
    await ready();
    const [x, y] = [tf.tensor1d(values("x", 64)), tf.tensor1d(values("y", 64))];
    const whole = (start: tf.Tensor): tf.Tensor => {
      let value = start;
      for (let at = 0; at < length / 2; at++) value = tf.add(tf.mul(value, y), start);
      return value;
    };
    const gradient = tf.grad((start: tf.Tensor) => tf.sum(whole(start)));
    return placed(place, () => tf.tidy(() => (backward ? gradient(x) : whole(x))));
  },
  size: ({ what }) =>
    bundledSize(what === "app" ? app : all, ["@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm"]),
};

function repeated(run: () => unknown, times: number): void {
  for (let at = 0; at < times; at++) run();
}

const gradientsToo = `import "@tensorflow/tfjs-core/dist/register_all_gradients.js";`;
const all = `${gradientsToo}
export * from "@tensorflow/tfjs-backend-wasm";
export * from "@tensorflow/tfjs-core";`;
const app = `${gradientsToo}
import "@tensorflow/tfjs-backend-wasm";
import { grad, matMul, setBackend, sum, tensor2d } from "@tensorflow/tfjs-core";
await setBackend("wasm");
console.log(grad((x) => sum(matMul(x, x)))(tensor2d([[1, 2], [3, 4]])).dataSync());`;
