import { DeadTensorError } from "./errors.js";
import type { Scope } from "./scopes.js";
import type { SmallCopies } from "./small-copies.js";

/** The typed arrays that storages hold. */
export type Values = Float32Array | Float64Array | Int32Array;

/** The type of the numbers in a storage. */
export type DType = "float32" | "float64" | "int32";

/** Memory that kernels work in, beside the JavaScript heap: blocks by address, in bytes. */
export interface Pool {
  /** All of it, by words; replaced when it grows. */
  readonly i32: Int32Array;
  readonly f32: Float32Array;
  allocate(bytes: number): number;
  free(address: number, bytes: number): void;
  /** Where copies of small blocks go. */
  readonly smallCopies: SmallCopies;
}

/**
 * The memory of a tensor: an array on the heap, which the garbage collector frees, or a block of a pool, which a scope
 * frees. A heap array may have a copy in the pool for the time of a scope (it is staged).
 */
export class Storage {
  /** When it was last written in place, on the clock of writes; 0 for never. A tape checks it before it runs a rule. */
  writtenAt = 0;
  /** How many still need it, of those who free blocks before their scope ends: steps of tapes, and gradients on their way. */
  holders = 0;
  /** The scope that frees its block. */
  scope: Scope | undefined;
  #heap: Values | undefined;
  /** The heap array of a pinned storage, which its values go back to. */
  #home: Values | undefined;
  #pool: Pool | undefined;
  #address = 0;

  private constructor(
    readonly dtype: DType,
    readonly length: number,
  ) {}

  /** A storage over an array on the heap, which it keeps. */
  static onHeap(dtype: DType, values: Values): Storage {
    const storage = new Storage(dtype, values.length);
    storage.#heap = values;
    return storage;
  }

  /** A storage in a pool; what is in it is anything. */
  static inPool(dtype: DType, length: number, pool: Pool): Storage {
    const storage = new Storage(dtype, length);
    storage.#address = pool.allocate(4 * length);
    storage.#pool = pool;
    return storage;
  }

  /** The elements; a view of a pool is for use at once, as memory moves when it grows. */
  get values(): Values {
    if (this.#heap) return this.#heap;
    if (!this.#pool) throw new DeadTensorError("read");
    const start = this.#address / 4;
    const words = this.dtype === "int32" ? this.#pool.i32 : this.#pool.f32;
    return words.subarray(start, start + this.length);
  }

  /** Whether its scope has ended. */
  get isDead(): boolean {
    return !this.#heap && !this.#pool;
  }

  /** Whether its values stand on the heap alone or first of all there. */
  get isOnHeap(): boolean {
    return this.#heap !== undefined;
  }

  /** Where its values stand in that pool; 0 where they do not. */
  addressIn(pool: Pool): number {
    return this.#pool === pool ? this.#address : 0;
  }

  /** Copies a heap array to the pool, for kernels to read. */
  stage(pool: Pool): void {
    if (!this.#heap || this.#pool === pool) return;
    this.unstage();
    this.#address = pool.allocate(4 * this.length);
    this.#pool = pool;
    const words = this.dtype === "int32" ? pool.i32 : pool.f32;
    words.set(this.#heap, this.#address / 4);
  }

  /** Drops the copy in the pool: the heap array is to be written, or the scope ends. */
  unstage(): void {
    if (this.#heap) this.#release();
  }

  /** Moves a heap array to the pool, for kernels to read and write, until `unpin`. */
  pin(pool: Pool): void {
    this.stage(pool);
    this.#home = this.#heap;
    this.#heap = undefined;
  }

  /** Moves the values of a pinned storage back to its heap array. */
  unpin(): void {
    const home = this.#home;
    if (!home) return;
    home.set(this.values);
    this.#home = undefined;
    this.#heap = home;
    this.#release();
  }

  /** Moves a block of a pool to the heap. */
  moveToHeap(): void {
    if (this.#heap) return;
    const { values } = this;
    const copy = (values instanceof Float32Array && this.#pool?.smallCopies.of(values)) || values.slice();
    this.#release();
    this.#heap = copy;
  }

  /** Gives a block back to its pool; any later use throws. */
  free(): void {
    if (!this.#heap) this.#release();
  }

  #release(): void {
    this.#pool?.free(this.#address, 4 * this.length);
    this.#pool = undefined;
    this.#address = 0;
  }
}
