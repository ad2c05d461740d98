import { checkTensor, described } from "../operand.js";
import { formatShape, type Shape, ShapeError, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { mul } from "./arithmetic.js";
import { diagonalAt } from "./diagonal.js";
import type { Contracted, OperandsOf } from "./einsum-types.js";
import { stack } from "./join.js";
import { product } from "./matmul.js";
import { summed } from "./reduce.js";
import { transpose, withShape } from "./view.js";

/** A tensor, and the letter of each of its axes. */
interface Lettered {
  readonly tensor: Tensor;
  readonly letters: readonly string[];
}

interface Equation {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

function parse(equation: string): Equation {
  if (typeof equation !== "string")
    throw new TypeError(`einsum: the first operand is an equation, as "ij,jk->ik", not ${described(equation)}`);
  const parts = /^([A-Za-z,]*)->([A-Za-z]*)$/.exec(equation.replaceAll(" ", ""));
  if (!parts)
    throw new ShapeError(
      "einsum",
      `"${equation}" is no equation: one is letters for the axes of each operand and of the result, as in "ij,jk->ik"`,
    );
  const inputs = parts[1].split(",").map((term) => [...term]);
  const output = [...parts[2]];
  for (const [at, letter] of output.entries()) {
    if (output.indexOf(letter) !== at)
      throw new ShapeError("einsum", `"${equation}" has "${letter}" twice in its result`);
    if (!inputs.some((letters) => letters.includes(letter)))
      throw new ShapeError("einsum", `"${equation}" has "${letter}" in its result, but in no operand`);
  }
  return { inputs, output };
}

/** Checks that operands have the axes of their letters, and each letter one length. */
function checkOperands(equation: string, inputs: Equation["inputs"], shapes: readonly Shape[]): void {
  if (inputs.length !== shapes.length)
    throw new ShapeError("einsum", `"${equation}" needs ${inputs.length} operands, not ${shapes.length}`, shapes);
  const lengths = new Map<string, number>();
  inputs.forEach((letters, at) => {
    const shape = shapes[at];
    if (letters.length !== shape.length)
      throw new ShapeError(
        "einsum",
        `"${equation}" gives operand ${at} ${letters.length} axes, but it is ${formatShape(shape)}`,
        shapes,
      );
    letters.forEach((letter, axis) => {
      const length = lengths.get(letter) ?? shape[axis];
      if (length !== shape[axis])
        throw new ShapeError(
          "einsum",
          `"${letter}" of "${equation}" is ${length} and ${shape[axis]} long: ${shapes.map(formatShape).join(", ")}`,
          shapes,
        );
      lengths.set(letter, length);
    });
  });
}

const arranged = ({ tensor, letters }: Lettered, order: readonly string[]): Tensor =>
  order.every((letter, at) => letter === letters[at])
    ? tensor
    : transpose(
        tensor,
        order.map((letter) => letters.indexOf(letter)),
      );

/** Axes with the same letter as one: the diagonal through them. */
function withoutRepeats({ tensor, letters }: Lettered): Lettered {
  const second = letters.findIndex((letter, at) => letters.indexOf(letter) < at);
  if (second < 0) return { tensor, letters };
  const first = letters.indexOf(letters[second]);
  const others = letters.map((_, axis) => axis).filter((axis) => axis !== first && axis !== second);
  const through = diagonalAt(transpose(tensor, [...others, first, second]), 0);
  return withoutRepeats({ tensor: through, letters: [...others.map((axis) => letters[axis]), letters[second]] });
}

/** The operand summed over the letters that nobody asks for. */
function reducedTo({ tensor, letters }: Lettered, needed: readonly string[]): Lettered {
  const axes = letters.flatMap((letter, axis) => (needed.includes(letter) ? [] : [axis]));
  return { tensor: summed(tensor, axes), letters: letters.filter((letter) => needed.includes(letter)) };
}

/** Two operands as one, summed over the letters that only they have: a batch of matrix products where there is one in it. */
function contractedPair(a: Lettered, b: Lettered, needed: readonly string[]): Lettered {
  const shared = a.letters.filter((letter) => b.letters.includes(letter));
  const batch = shared.filter((letter) => needed.includes(letter));
  const inner = shared.filter((letter) => !needed.includes(letter));
  const left = a.letters.filter((letter) => !shared.includes(letter));
  const right = b.letters.filter((letter) => !shared.includes(letter));
  const dims = (from: Lettered, letters: readonly string[]): Shape =>
    letters.map((letter) => from.tensor.shape[from.letters.indexOf(letter)]);
  const [batchDims, innerDims, leftDims, rightDims] = [dims(a, batch), dims(a, inner), dims(a, left), dims(b, right)];
  const ones = (shape: Shape): Shape => shape.map(() => 1);
  const letters = [...batch, ...left, ...right];
  const before = arranged(a, [...batch, ...left, ...inner]);
  const isProduct = inner.length > 0 && left.length + right.length > 0;
  if (!isProduct) {
    // No product of matrices: element by element, and then the sum.
    const whole = withShape(before, [...batchDims, ...leftDims, ...ones(rightDims), ...innerDims]);
    const other = withShape(arranged(b, [...batch, ...right, ...inner]), [
      ...batchDims,
      ...ones(leftDims),
      ...rightDims,
      ...innerDims,
    ]);
    const axes = inner.map((_, at) => letters.length + at);
    return { tensor: summed(mul(whole, other), axes), letters };
  }
  const after = arranged(b, [...batch, ...inner, ...right]);
  const [m, k, n] = [leftDims, innerDims, rightDims].map(sizeOf);
  const made = product(withShape(before, [...batchDims, m, k]), withShape(after, [...batchDims, k, n]));
  return { tensor: withShape(made, [...batchDims, ...leftDims, ...rightDims]), letters };
}

/**
 * Products of operands summed by letters, in Einstein's notation: `einsum("ij,jk->ik", a, b)` is the matrix product. Each
 * letter names an axis: those of one letter are of one length and go together (twice in one operand: its diagonal); over
 * letters that the result has not, products are added up. Operands are taken from the first to the last, in pairs, as
 * products of matrices where they are.
 *
 * @throws ShapeError if the equation is none, or the operands do not fit it.
 */
export function einsum<const Equation extends string, const Operands extends readonly Tensor[]>(
  equation: Equation,
  ...operands: Operands & OperandsOf<Equation, NoInfer<Operands>>
): Contracted<Equation, Operands> {
  const given: readonly Tensor[] = operands;
  const { inputs, output } = parse(equation);
  given.forEach((operand, at) => {
    checkTensor("einsum", operand, at);
  });
  checkOperands(
    equation,
    inputs,
    given.map(({ shape }) => shape),
  );
  const neededFrom = (at: number): readonly string[] => [...output, ...inputs.slice(at).flat()];
  const [first, ...others] = inputs.map((letters, at) => withoutRepeats({ tensor: given[at], letters }));
  const whole = others.reduce((before, next, at) => {
    const needed = neededFrom(at + 2);
    return contractedPair(
      reducedTo(before, [...needed, ...next.letters]),
      reducedTo(next, [...needed, ...before.letters]),
      needed,
    );
  }, first);
  const result = arranged(reducedTo(whole, output), output);
  // Where nothing was computed it is a view by now, and of which equations that holds nobody can tell.
  const isView = given.some(({ storage }) => storage === result.storage);
  return (isView ? withShape(stack([result]), result.shape) : result) as Contracted<Equation, Operands>;
}
