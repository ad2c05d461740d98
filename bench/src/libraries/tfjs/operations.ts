import * as tf from "@tensorflow/tfjs-core";
import type { Timed } from "../../case.js";
import { countOfLargest, heads, type Operation, type OperationSpec } from "../../groups/operations.js";
import { classesOf, fingerprint, numbersOf } from "../../operands.js";

type Tensors = readonly tf.Tensor[];

const transposed = (x: tf.Tensor, weight: tf.Tensor): tf.Tensor =>
  tf.matMul(tf.reshape(x, [-1, x.shape[x.rank - 1]]), weight as tf.Tensor2D, false, true);

/** The sum of squares of the last hidden state. */
function lstm([x, weightIh, weightHh, biasIh, biasHh]: Tensors): tf.Tensor {
  const [rows, steps, width] = x.shape;
  const gates = tf.reshape(tf.add(transposed(x, weightIh), biasIh), [rows, steps, 4 * width]);
  let hidden: tf.Tensor = tf.zeros([rows, width]);
  let cell: tf.Tensor = tf.zeros([rows, width]);
  for (const gate of tf.unstack(gates, 1)) {
    const sums = tf.add(gate, tf.add(transposed(hidden, weightHh), biasHh));
    const [input, forget, candidate, output] = tf.split(sums, 4, 1);
    cell = tf.add(tf.mul(tf.sigmoid(forget), cell), tf.mul(tf.sigmoid(input), tf.tanh(candidate)));
    hidden = tf.mul(tf.sigmoid(output), tf.tanh(cell));
  }
  return tf.sum(tf.square(hidden));
}

/** The sum of squares of what a sequence sees that looks at itself. */
function attention([x, inWeight, inBias, outWeight, outBias]: Tensors): tf.Tensor {
  const [rows, length, width] = x.shape;
  const projected = tf.add(transposed(x, inWeight), inBias);
  const [q, k, v] = tf
    .split(projected, 3, 1)
    .map((part) => tf.transpose(tf.reshape(part, [rows, length, heads, width / heads]), [0, 2, 1, 3]));
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(width / heads));
  const seen = tf.transpose(tf.matMul(tf.softmax(scores), v), [0, 2, 1, 3]);
  return tf.sum(tf.square(tf.add(transposed(tf.reshape(seen, [rows * length, width]), outWeight), outBias)));
}

function crossEntropy([logits]: Tensors): tf.Tensor {
  const [rows, classes] = logits.shape;
  const chosen = tf.oneHot(tf.tensor1d(classesOf(rows, classes), "int32"), classes);
  return tf.neg(tf.sum(tf.mul(chosen, tf.logSoftmax(logits as tf.Tensor2D))));
}

/** What it has; neither sorting nor einsum on its kernels, and no linear algebra but the QR decomposition. */
const plain: { readonly [Name in Operation]?: (inputs: Tensors) => tf.Tensor } = {
  topK: ([x]) => tf.topk(x, countOfLargest).values,
  cumsum: ([x]) => tf.cumsum(x, 1),
  // It wants channels last.
  conv1d: ([x, kernel]) => tf.conv1d(x as tf.Tensor3D, kernel as tf.Tensor3D, 1, "same"),
};

const losses: { readonly [Name in Operation]?: (inputs: Tensors) => tf.Tensor } = { crossEntropy, lstm, attention };

/** An operation of the group, if the library has what it takes. */
export function operationCase({ operation, operands }: OperationSpec): Timed | undefined {
  const given = operands.map((operand) => tf.tensor(numbersOf(operand), [...operand.shape]));
  const turnsChannels = operation === "conv1d";
  const inputs = turnsChannels ? [tf.transpose(given[0], [0, 2, 1]), tf.transpose(given[1], [2, 1, 0])] : given;
  const loss = losses[operation];
  if (loss) {
    const gradients = tf.grads((...tensors: tf.Tensor[]) => loss(tensors));
    return {
      run: () => {
        for (const gradient of gradients(inputs)) gradient.dispose();
      },
      check: () => gradients(inputs).reduce((sum, gradient) => sum + fingerprint(gradient.dataSync()), 0),
    };
  }
  const compute = plain[operation];
  return (
    compute && {
      run: () => tf.tidy(() => compute(inputs)).dispose(),
      check: () => {
        const result = compute(inputs);
        return fingerprint((turnsChannels ? tf.transpose(result, [0, 2, 1]) : result).dataSync());
      },
    }
  );
}
