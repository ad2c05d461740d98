import { OutOfMemoryError } from "../errors.js";
import { SmallCopies } from "../small-copies.js";
import type { Pool } from "../storage.js";
import { Spans } from "./spans.js";
import { type LinearBuffer, webAssembly } from "./web-assembly.js";

/** Bytes of one page of WebAssembly memory. */
const page = 65536;
/** Maxima to try, largest first: some engines refuse to reserve much. */
const maxima = [2 ** 32, 2 ** 30, 2 ** 28];

/** Sizes of small blocks go by 64 bytes, from 512 on by eighths of a power of two; those of large ones by pages of a cache. */
const smallest = 64;
const large = 2 ** 18;
const largeStep = 4096;

/** Small blocks are cut from stretches of this size, so that few stand between large ones, which then grow together again. */
const smallStretch = 2 ** 20;

/** The size of the blocks that requests of so many bytes are given. */
export function blockSize(bytes: number): number {
  if (bytes <= 8 * smallest) return Math.max(1, Math.ceil(bytes / smallest)) * smallest;
  // In integer arithmetic throughout: the engine holds addresses as small integers then.
  const step = bytes >= large ? largeStep : 1 << (28 - Math.clz32(bytes));
  return Math.ceil(bytes / step) * step;
}

/** The memory that kernels work in: a pool of blocks that grows as needed. Small free ones are kept by size. */
export class LinearMemory implements Pool {
  readonly memory: LinearBuffer;
  readonly maximum: number;
  /** All of it, by words: refreshed when it grows, so never to be kept. */
  i32: Int32Array;
  f32: Float32Array;
  readonly smallCopies = new SmallCopies();
  #top: number;
  /** What is left of the stretch that small blocks are cut from. */
  #smallFrom = 0;
  #smallEnd = 0;
  #used = 0;
  #peak = 0;
  readonly #free = new Map<number, number[]>();
  readonly #spans = new Spans();

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
    const free = size < large ? this.#free.get(size)?.pop() : this.#spans.take(size);
    const address = free ?? (size < large ? this.#cut(size) : this.#fresh(size)) ?? this.#spans.take(size);
    if (address === undefined) throw new OutOfMemoryError(bytes, this.#used, this.maximum);
    this.#used += size;
    if (this.#used > this.#peak) this.#peak = this.#used;
    return address;
  }

  /** Runs `fn` with a block of so many bytes, which is given back whatever happens. */
  within<Result>(bytes: number, fn: (address: number) => Result): Result {
    const address = this.allocate(bytes);
    try {
      return fn(address);
    } finally {
      this.free(address, bytes);
    }
  }

  /** Gives back a block that `allocate(bytes)` gave. */
  free(address: number, bytes: number): void {
    const size = blockSize(bytes);
    this.#used -= size;
    if (size >= large) {
      this.#spans.give(address, size);
      return;
    }
    const list = this.#free.get(size);
    if (list) list.push(address);
    else this.#free.set(size, [address]);
  }

  #cut(size: number): number | undefined {
    if (this.#smallEnd - this.#smallFrom < size) {
      const stretch = this.#spans.take(smallStretch) ?? this.#fresh(smallStretch);
      if (stretch === undefined) return undefined;
      this.#smallFrom = stretch;
      this.#smallEnd = stretch + smallStretch;
    }
    const address = this.#smallFrom;
    this.#smallFrom += size;
    return address;
  }

  #fresh(size: number): number | undefined {
    // A free stretch at the end is a beginning.
    const address = this.#spans.takeUpTo(this.#top);
    const end = address + size;
    const lacking = end + smallest - this.memory.buffer.byteLength;
    if (lacking > 0 && !this.#grow(lacking)) {
      if (address < this.#top) this.#spans.give(address, this.#top - address);
      return undefined;
    }
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
