import { OutOfMemoryError } from "../errors.js";
import type { Pool } from "../storage.js";
import { type LinearBuffer, webAssembly } from "./web-assembly.js";

/** Bytes of one page of WebAssembly memory. */
const page = 65536;
/** Maxima to try, largest first: some engines refuse to reserve much. */
const maxima = [2 ** 32, 2 ** 30, 2 ** 28];

/** Bytes from which sizes are rounded up in eighths of their power of two; smaller ones go by 64. */
const smallest = 64;

/** The size of the blocks that requests of so many bytes are given. */
export function blockSize(bytes: number): number {
  if (bytes <= 8 * smallest) return Math.max(1, Math.ceil(bytes / smallest)) * smallest;
  const step = 2 ** (Math.floor(Math.log2(bytes)) - 3);
  return Math.ceil(bytes / step) * step;
}

/** The memory that kernels work in: a pool of blocks, free ones kept by size, that grows as needed. */
export class LinearMemory implements Pool {
  readonly memory: LinearBuffer;
  readonly maximum: number;
  /** All of it, by words: refreshed when it grows, so never to be kept. */
  i32: Int32Array;
  f32: Float32Array;
  #top: number;
  #used = 0;
  #peak = 0;
  readonly #free = new Map<number, number[]>();

  /** Blocks start at `reserved` bytes. */
  constructor(shared: boolean, reserved: number) {
    const { memory, maximum } = allocated(shared, Math.ceil(reserved / page) + 1);
    this.memory = memory;
    this.maximum = maximum;
    this.#top = reserved;
    this.i32 = new Int32Array(memory.buffer);
    this.f32 = new Float32Array(memory.buffer);
  }

  /** Bytes of the blocks in use. */
  get used(): number {
    return this.#used;
  }

  /** The most bytes in use at once since the last call. */
  takePeak(): number {
    const peak = this.#peak;
    this.#peak = this.#used;
    return peak;
  }

  /**
   * The address of a free block of at least so many bytes, a multiple of 64; what is in it is anything. At least 64 bytes
   * behind it exist too, so that vector loads may run over its end.
   *
   * @throws OutOfMemoryError if there is no room.
   */
  allocate(bytes: number): number {
    const size = blockSize(bytes);
    const address = this.#free.get(size)?.pop() ?? this.#fresh(size) ?? this.#larger(size);
    if (address === undefined) throw new OutOfMemoryError(bytes, this.#used, this.maximum);
    this.#used += size;
    if (this.#used > this.#peak) this.#peak = this.#used;
    return address;
  }

  /** Gives back a block that `allocate(bytes)` gave. */
  free(address: number, bytes: number): void {
    const size = blockSize(bytes);
    this.#used -= size;
    const list = this.#free.get(size);
    if (list) list.push(address);
    else this.#free.set(size, [address]);
  }

  #fresh(size: number): number | undefined {
    const address = this.#top;
    const end = address + size;
    const lacking = end + smallest - this.memory.buffer.byteLength;
    if (lacking > 0 && !this.#grow(lacking)) return undefined;
    this.#top = end;
    return address;
  }

  #grow(bytes: number): boolean {
    const present = this.memory.buffer.byteLength;
    for (const wanted of [Math.max(bytes, Math.min(present / 8, 2 ** 26)), bytes]) {
      const pages = Math.ceil(wanted / page);
      if (present + pages * page > this.maximum) continue;
      try {
        this.memory.grow(pages);
      } catch {
        continue;
      }
      this.i32 = new Int32Array(this.memory.buffer);
      this.f32 = new Float32Array(this.memory.buffer);
      return true;
    }
    return false;
  }

  /** The first part of a larger free block, the rest of which becomes a free block of its own size. */
  #larger(size: number): number | undefined {
    const sizes = [...this.#free].flatMap(([free, list]) => (free > size && list.length > 0 ? [free] : []));
    if (sizes.length === 0) return undefined;
    const from = Math.min(...sizes);
    const address = this.#free.get(from)?.pop();
    if (address === undefined) return undefined;
    const rest = from - size;
    // What is left is a block only if it has exactly the size of one; otherwise it waits as the largest that fits.
    let piece = rest - (rest % smallest);
    while (piece > 0 && blockSize(piece) !== piece) piece -= smallest;
    if (piece > 0) {
      const list = this.#free.get(piece);
      if (list) list.push(address + size);
      else this.#free.set(piece, [address + size]);
    }
    return address;
  }
}

function allocated(shared: boolean, initial: number): { memory: LinearBuffer; maximum: number } {
  const api = webAssembly();
  if (!api) throw new Error("tensor: there is no WebAssembly here");
  for (const maximum of maxima)
    try {
      const memory = new api.Memory({ initial, maximum: maximum / page, shared });
      return { memory, maximum };
    } catch {
      // A smaller maximum may do.
    }
  throw new OutOfMemoryError(initial * page, 0, 0);
}
