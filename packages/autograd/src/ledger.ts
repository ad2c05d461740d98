import { blocksMade, release, type Storage, type Tensor } from "@factorvae/tensor";

/** More holders than there will ever be. */
const beyondCount = 1 << 29;

/** Notes that a tensor is still needed: by steps that are to be pulled back, or as a gradient that is to be passed on. */
export function hold({ storage }: Tensor): void {
  storage.holders++;
}

/** Takes one `hold` back. The memory is released when nobody holds it any more. */
export function drop({ storage }: Tensor): void {
  if (--storage.holders <= 0) release(storage);
}

/** Takes one `hold` back of a tensor that the caller is given. */
export function handOver({ storage }: Tensor): void {
  storage.holders--;
}

/** Notes that memory is not to be released, whoever holds it. */
export function spare(storage: Storage): void {
  storage.holders = beyondCount;
}

/** Whether memory is not to be released: others may have it too. */
export const isSpared = ({ holders }: Storage): boolean => holders > beyondCount / 2;

/** Releases the blocks after the first `swept` that nobody holds: what rules made on their way. How many blocks there are. */
export function sweep(swept: number): number {
  const blocks = blocksMade();
  for (let at = swept; at < blocks.length; at++) if (blocks[at].holders <= 0) release(blocks[at]);
  return blocks.length;
}

/** Notes of what a rule gave that nobody holds and that is none of the blocks after the first `swept`: it is somebody else's. */
export function spareOlder(given: readonly (Tensor | undefined)[], swept: number): void {
  for (const tensor of given)
    if (tensor && tensor.storage.holders <= 0 && blocksMade().indexOf(tensor.storage, swept) < 0) spare(tensor.storage);
}
