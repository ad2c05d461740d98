/**
 * Solves `matrix x = right` for a symmetric positive definite `matrix`, `[P, P]` row-major, and `right`, `[P]`.
 *
 * Only the lower triangle of the matrix is read; nothing is changed. Throws an Error that names the first pivot that is
 * not positive, that is, when the matrix is not positive definite or holds a value that is not a number.
 */
export function solvePositiveDefinite(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const factor = choleskyFactor(matrix, size);
  const solution = right.slice();
  for (let i = 0; i < size; i++) {
    let value = solution[i];
    for (let k = 0; k < i; k++) value -= factor[i * size + k] * solution[k];
    solution[i] = value / factor[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    const value = solution[i] / factor[i * size + i];
    solution[i] = value;
    for (let k = 0; k < i; k++) solution[k] -= factor[i * size + k] * value;
  }
  return solution;
}

/** The lower triangular L with L L' = matrix. */
function choleskyFactor(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let value = matrix[i * size + j];
      for (let k = 0; k < j; k++) value -= factor[i * size + k] * factor[j * size + k];
      if (i > j) factor[i * size + j] = value / factor[j * size + j];
      else if (value > 0) factor[i * size + i] = Math.sqrt(value);
      else throw new Error(`solvePositiveDefinite: pivot ${i} of ${size} is ${value}, not positive; raise the penalty`);
    }
  }
  return factor;
}
