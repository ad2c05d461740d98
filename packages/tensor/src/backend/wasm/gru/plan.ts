/** Sequences that go through all their steps together: what they need stays in the second cache; whole tiles of products. */
const mostRows = 156;

/** Multiply-adds that are worth a second chunk. */
const workOfChunk = 1_000_000;

/** Sizes of a unit's run; `width` is that of its inputs, 0 where their share of the gates is given. */
export interface GruSizes {
  readonly rows: number;
  readonly hidden: number;
  readonly steps: number;
  readonly width: number;
}

/** Sequences in a chunk: by the sizes alone; few chunks are even in number, for two threads to share. */
export function rowsOfChunk({ rows, hidden, steps, width }: GruSizes): number {
  const work = rows * steps * 3 * hidden * (hidden + width);
  const least = Math.min(4, Math.floor(work / workOfChunk));
  const chunks = Math.max(1, Math.ceil(rows / mostRows), least);
  if (chunks >= 8) return mostRows;
  return Math.ceil(rows / (chunks > 1 ? chunks + (chunks % 2) : chunks));
}
