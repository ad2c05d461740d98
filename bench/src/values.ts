/** 32 bits well mixed: the hash `lowbias32` of Chris Wellons. */
function mixed(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A number for a name: FNV-1a of its letters. */
function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/**
 * Numbers spread evenly over `+-bound`, the same for a name in every library: `python/common.py` has them too, so that
 * results can be compared.
 */
export function values(name: string, count: number, bound = 1): Float32Array {
  const seed = seedOf(name);
  return Float32Array.from({ length: count }, (_, at) => (mixed((at + seed) >>> 0) / 2 ** 31 - 1) * bound);
}
