import { formatShape, type Shape } from "../shape.js";

/** Thrown where a tensor is used after the scope that it was made in: its memory holds something else by then. */
export class DeadTensorError extends Error {
  override readonly name = "DeadTensorError";
  constructor(
    /** What it was used by. */
    readonly operation: string,
    /** Its position among the operands, if it was one. */
    readonly operand?: number,
    /** Its shape, where it is known. */
    readonly shape?: Shape,
  ) {
    const which = `${operand === undefined ? "the tensor" : `operand ${operand}`}${shape ? `, ${formatShape(shape)},` : ""}`;
    super(
      `${operation}: ${which} was freed when its scope ended; return it from the scope, or keep(tensor) a copy of it, a constant to derivatives`,
    );
  }
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 3 : 0)} MiB`;

/** Thrown where linear memory cannot hold what is asked for. */
export class OutOfMemoryError extends Error {
  override readonly name = "OutOfMemoryError";
  constructor(
    /** Bytes that were asked for. */
    readonly bytes: number,
    /** Bytes in use then. */
    readonly used: number,
    /** Bytes that there can be. */
    readonly maximum: number,
    /** The operation that asked. */
    readonly operation?: string,
  ) {
    super(
      `${operation ?? "memory"}: out of memory: ${mebibytes(bytes)} asked for, ${mebibytes(used)} of ${mebibytes(maximum)} in use; ` +
        "take fewer rows at a time, or wrap in scope(() => ...) what makes results that are not needed later",
    );
  }

  /** Runs `fn`; an error of this kind tells the operation. */
  static naming<Result>(operation: string, fn: () => Result): Result {
    try {
      return fn();
    } catch (error) {
      throw error instanceof OutOfMemoryError ? error.of(operation) : error;
    }
  }

  /** The same error with the name of the operation, where it has none. */
  of(operation: string): OutOfMemoryError {
    return this.operation ? this : new OutOfMemoryError(this.bytes, this.used, this.maximum, operation);
  }
}
