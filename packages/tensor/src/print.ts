import { formatShape, type Shape, sizeOf } from "./shape.js";

type Nest = number | Nest[];

/** Row-major values as nested arrays of the given shape. */
export function nest(values: ArrayLike<number>, shape: Shape, start = 0): Nest {
  if (shape.length === 0) return values[start];
  const [length, ...rest] = shape;
  const step = sizeOf(rest);
  return Array.from({ length }, (_, index) => nest(values, rest, start + index * step));
}

const longest = 6;
const digits = 6;

function formatNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(digits)));
}

function formatNest(values: ArrayLike<number>, shape: Shape, start: number, indent: string): string {
  if (shape.length === 0) return formatNumber(values[start]);
  const [length, ...rest] = shape;
  const step = sizeOf(rest);
  const half = longest / 2;
  const parts: string[] = [];
  for (let index = 0; index < length; index++) {
    if (length > longest && index === half) {
      parts.push("...");
      index = length - half;
    }
    parts.push(formatNest(values, rest, start + index * step, `${indent} `));
  }
  return `[${parts.join(rest.length === 0 ? ", " : `,\n${indent} `)}]`;
}

/** A tensor as text: shape, type and elements, of each axis the first and last three. Without values it is a freed one. */
export function formatTensor(shape: Shape, dtype: string, values?: ArrayLike<number>): string {
  const text = `Tensor ${formatShape(shape)} ${dtype}`;
  return values ? `${text}\n${formatNest(values, shape, 0, "")}` : `${text}, freed when its scope ended`;
}
