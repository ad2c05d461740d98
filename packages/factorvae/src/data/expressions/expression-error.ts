/** An expression that cannot be read, with the place where. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";

  /**
   * @param position of the first character that is wrong, counted from 0
   */
  constructor(
    readonly rule: string,
    readonly expression: string,
    readonly position: number,
  ) {
    super(`${rule}, at character ${position + 1}:\n  ${expression}\n  ${" ".repeat(position)}^`);
  }
}
