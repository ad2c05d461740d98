import { grad, jit, lax, nn, numpy as np } from "@jax-js/jax";
import type { Timed } from "../../case.js";
import { countOfLargest, heads, type Operation, type OperationSpec } from "../../groups/operations.js";
import { classesOf, fingerprint, numbersOf } from "../../operands.js";
import { type Arr, finished } from "./arrays.js";

const transposed = (x: Arr, weight: Arr): Arr => np.matmul(x, np.transpose(weight));

/** The sum of squares of the last hidden state. */
function lstm([x, weightIh, weightHh, biasIh, biasHh]: Arr[]): Arr {
  const [rows, steps, width] = x.shape;
  const gates = transposed(x.reshape([rows * steps, width]), weightIh)
    .add(biasIh)
    .reshape([rows, steps, 4 * width]);
  const columns = (sums: Arr, gate: number): Arr => sums.slice([], [gate * width, (gate + 1) * width]);
  const turned = np.transpose(weightHh);
  let hidden = np.zeros([rows, width]);
  let cell = np.zeros([rows, width]);
  for (let step = 0; step < steps; step++) {
    const sums = gates.ref.slice([], step, []).add(np.matmul(hidden, turned.ref)).add(biasHh.ref);
    const taken = nn.sigmoid(columns(sums.ref, 0)).mul(np.tanh(columns(sums.ref, 2)));
    cell = nn.sigmoid(columns(sums.ref, 1)).mul(cell).add(taken);
    hidden = nn.sigmoid(columns(sums, 3)).mul(np.tanh(cell.ref));
  }
  for (const used of [gates, turned, biasHh, cell]) used.dispose();
  return np.sum(np.square(hidden));
}

/** The sum of squares of what a sequence sees that looks at itself. */
function attention([x, inWeight, inBias, outWeight, outBias]: Arr[]): Arr {
  const [rows, length, width] = x.shape;
  const projected = transposed(x.reshape([rows * length, width]), inWeight).add(inBias);
  const part = (at: number): Arr => {
    const columns = projected.ref.slice([], [at * width, (at + 1) * width]);
    return np.transpose(columns.reshape([rows, length, heads, width / heads]), [0, 2, 1, 3]);
  };
  const scores = np.matmul(part(0), np.transpose(part(1), [0, 1, 3, 2])).mul(1 / Math.sqrt(width / heads));
  const parts = np.transpose(np.matmul(nn.softmax(scores), part(2)), [0, 2, 1, 3]);
  const seen = parts.reshape([rows * length, width]);
  projected.dispose();
  return np.sum(np.square(transposed(seen, outWeight).add(outBias)));
}

function crossEntropy([logits]: Arr[]): Arr {
  const [rows, classes] = logits.shape;
  const chosen = nn.oneHot(np.array(classesOf(rows, classes)), classes);
  return np.sum(chosen.mul(nn.logSoftmax(logits))).mul(-1);
}

/** Its einsum, and the attention that it makes of it, need methods of iterators that Node 20 lacks. */
const hasEinsum = "map" in [].values();

const plain: { readonly [Name in Operation]?: (inputs: Arr[]) => Arr } = {
  ...(hasEinsum && { einsum: ([q, k]: Arr[]) => np.einsum("bqhd,bkhd->bhqk", q, k) }),
  sort: ([x]) => np.sort(x, 1),
  topK: ([x]) => {
    const [largest, places] = lax.topK(x, countOfLargest);
    places.dispose();
    return largest;
  },
  cumsum: ([x]) => np.cumsum(x, 1),
  conv1d: ([x, kernel]) => lax.conv(x, kernel, [1], "SAME"),
  cholesky: ([a]) => np.linalg.cholesky(a),
  solve: ([a, b]) => np.linalg.solve(a, b),
};

const losses: { readonly [Name in Operation]?: (inputs: Arr[]) => Arr } = { crossEntropy, lstm, attention };

/** An operation of the group, compiled. */
export function operationCase({ operation, operands }: OperationSpec): Timed | undefined {
  const inputs = operands.map((operand) => np.array(numbersOf(operand)).reshape([...operand.shape]));
  const held = (): Arr[] => inputs.map((input) => input.ref);
  const numbers = (result: Arr): number => fingerprint(result.dataSync() as Float32Array);
  const loss = losses[operation];
  if (loss) {
    const gradients = jit(grad(loss));
    return {
      run: async () => {
        for (const gradient of gradients(held()) as Arr[]) await finished(gradient);
      },
      isAsync: true,
      check: () => (gradients(held()) as Arr[]).reduce((sum, gradient) => sum + numbers(gradient), 0),
    };
  }
  const compute = plain[operation];
  if (!compute) return undefined;
  // Its compiler refuses the triangular systems within.
  const compiled = operation === "solve" ? compute : jit(compute);
  return {
    run: () => finished(compiled(held()) as Arr),
    isAsync: true,
    check: () => numbers(compiled(held()) as Arr),
  };
}
