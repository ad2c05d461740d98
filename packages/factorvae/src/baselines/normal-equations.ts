/** One day's stocks as a linear model sees them. */
export interface LabelledDay {
  /** Normalised features, `[N, width]` row-major; a window `[N, T, C]` is a row of width T C. */
  readonly features: Float32Array;
  /** Training labels, `[N]`; NaN where there is none. */
  readonly targets: Float64Array;
}

/** Sums over the labelled rows of all days, each row less its day's mean: all that least squares needs. */
export interface NormalEquations {
  /** Columns of a row. */
  readonly width: number;
  /** Labelled rows. */
  readonly rows: number;
  /** X'X, `[width, width]`, symmetric. */
  readonly gram: Float64Array;
  /** X'y, `[width]`. */
  readonly moments: Float64Array;
  /** Mean of the labels, of all rows alike. */
  readonly meanTarget: number;
}

/** Columns of a panel, the unit of the products: 4 x 4 sums fit the registers. */
const panelWidth = 4;
/** Rows of a block: two panels of a block fit the nearest cache. */
const blockRows = 256;

/**
 * Rows laid out in panels of four columns (`[panels, blockRows, 4]`), so that the product of two panels reads memory in
 * order. Columns beyond the width are zero.
 */
interface Block {
  readonly panels: number;
  readonly values: Float64Array;
  rows: number;
}

/** Adds the block's X'X to `gram` (`[4 panels, 4 panels]`), the tiles on and above the diagonal. */
function addProducts(block: Block, gram: Float64Array): void {
  for (let i = 0; i < block.panels; i++) {
    for (let j = i; j < block.panels; j++) addTile(block, i, j, gram);
  }
}

function addTile({ panels, values, rows }: Block, i: number, j: number, gram: Float64Array): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  let a = i * blockRows * panelWidth;
  let b = j * blockRows * panelWidth;
  for (let row = 0; row < rows; row++) {
    const b0 = values[b];
    const b1 = values[b + 1];
    const b2 = values[b + 2];
    const b3 = values[b + 3];
    const a0 = values[a];
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    const a1 = values[a + 1];
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    const a2 = values[a + 2];
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    const a3 = values[a + 3];
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
    a += panelWidth;
    b += panelWidth;
  }
  const stride = panels * panelWidth;
  const at = i * panelWidth * stride + j * panelWidth;
  gram[at] += s00;
  gram[at + 1] += s01;
  gram[at + 2] += s02;
  gram[at + 3] += s03;
  gram[at + stride] += s10;
  gram[at + stride + 1] += s11;
  gram[at + stride + 2] += s12;
  gram[at + stride + 3] += s13;
  gram[at + 2 * stride] += s20;
  gram[at + 2 * stride + 1] += s21;
  gram[at + 2 * stride + 2] += s22;
  gram[at + 2 * stride + 3] += s23;
  gram[at + 3 * stride] += s30;
  gram[at + 3 * stride + 1] += s31;
  gram[at + 3 * stride + 2] += s32;
  gram[at + 3 * stride + 3] += s33;
}

function labelledRows(targets: Float64Array): Int32Array {
  return Int32Array.from(Array.from(targets.keys()).filter((n) => !Number.isNaN(targets[n])));
}

function requireDay({ features, targets }: LabelledDay, width: number): void {
  if (features.length !== targets.length * width) {
    const [values, expected] = [features.length, targets.length * width];
    throw new Error(
      `normalEquations: ${targets.length} targets of width ${width} need ${expected} features, got ${values}`,
    );
  }
}

/** Mean of each column over the given rows. */
function columnMeans(features: Float32Array, rows: Int32Array, width: number): Float64Array {
  const means = new Float64Array(width);
  for (const row of rows) {
    const start = row * width;
    for (let c = 0; c < width; c++) means[c] += features[start + c];
  }
  return means.map((sum) => sum / rows.length);
}

/**
 * Accumulates the normal equations of all labelled rows in one pass; `width` is the number of columns.
 *
 * Features and labels are taken less their mean over the day's labelled rows: what moves all stocks of a day alike says
 * nothing about their order, and is most of the noise. Throws an Error when a day's sizes disagree, when no row is
 * labelled, or when a feature or label is not finite.
 */
export function normalEquations(days: Iterable<LabelledDay>, width: number): NormalEquations {
  const panels = Math.ceil(width / panelWidth);
  const stride = panels * panelWidth;
  const block: Block = { panels, values: new Float64Array(stride * blockRows), rows: 0 };
  const padded = new Float64Array(stride * stride);
  const moments = new Float64Array(width);
  let rows = 0;
  let targetSum = 0;
  for (const day of days) {
    requireDay(day, width);
    const labelled = labelledRows(day.targets);
    const means = columnMeans(day.features, labelled, width);
    const meanTarget = labelled.reduce((sum, row) => sum + day.targets[row], 0) / labelled.length;
    for (const row of labelled) {
      const target = day.targets[row] - meanTarget;
      const start = row * width;
      for (let c = 0; c < width; c++) {
        const value = day.features[start + c] - means[c];
        block.values[((c >> 2) * blockRows + block.rows) * panelWidth + (c & 3)] = value;
        moments[c] += value * target;
      }
      targetSum += day.targets[row];
      rows++;
      block.rows++;
      if (block.rows < blockRows) continue;
      addProducts(block, padded);
      block.rows = 0;
    }
  }
  addProducts(block, padded);
  if (rows === 0) throw new Error("normalEquations: no row has a label, so there is nothing to fit");
  return {
    width,
    rows,
    gram: symmetric(padded, stride, width),
    moments: finite(moments),
    meanTarget: targetSum / rows,
  };
}

/** The full matrix from tiles on and above the diagonal. */
function symmetric(padded: Float64Array, stride: number, width: number): Float64Array {
  const gram = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) gram[i * width + j] = padded[Math.min(i, j) * stride + Math.max(i, j)];
  }
  return finite(gram);
}

function finite(sums: Float64Array): Float64Array {
  const at = sums.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new Error(
      `normalEquations: a feature or label is not finite (sum ${at} is ${sums[at]}); normalise them first`,
    );
  }
  return sums;
}

/** The same equations for the last `count` columns alone: from windows, those of the last day's features. */
export function lastColumns(equations: NormalEquations, count: number): NormalEquations {
  const { width } = equations;
  if (!Number.isInteger(count) || count < 1 || count > width) {
    throw new RangeError(`lastColumns: the count must be an integer in [1, ${width}], got ${count}`);
  }
  const first = width - count;
  const gram = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    gram.set(equations.gram.subarray((first + i) * width + first, (first + i + 1) * width), i * count);
  }
  return { ...equations, width: count, gram, moments: equations.moments.slice(first) };
}
