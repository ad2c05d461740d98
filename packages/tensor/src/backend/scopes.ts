import type { Pool, Storage } from "./storage.js";

/** Whose blocks live on when a scope ends: those of these storages, or all. */
type Survivors = Iterable<Storage> | "all";

/** The blocks made between its beginning and its end, and the copies and moves of heap arrays that hold as long. */
export class Scope {
  readonly #blocks: Storage[] = [];
  readonly #staged: Storage[] = [];
  readonly #pinned: Storage[] = [];

  constructor(readonly parent: Scope | undefined) {}

  /** Its blocks, those that are free again among them, in the order in which it came by them. */
  get blocks(): readonly Storage[] {
    return this.#blocks;
  }

  /** Takes over a block. */
  adopt(storage: Storage): void {
    storage.scope = this;
    this.#blocks.push(storage);
  }

  /** Copies a heap array to the pool until the end of the scope. */
  stage(storage: Storage, pool: Pool): void {
    storage.stage(pool);
    this.#staged.push(storage);
  }

  /** Moves a heap array to the pool until the end of the scope. */
  pin(storage: Storage, pool: Pool): void {
    if (!storage.isOnHeap) return;
    storage.pin(pool);
    this.#pinned.push(storage);
  }

  /** Frees a block of this scope before its end. */
  release(storage: Storage): void {
    if (storage.scope === this) storage.free();
  }

  /** Frees the blocks; survivors go to the parent, or to the heap if there is none. */
  end(survivors: Survivors): void {
    for (const storage of this.#pinned) storage.unpin();
    for (const storage of this.#staged) storage.unstage();
    for (const storage of survivors === "all" ? this.#blocks : survivors) this.#passOn(storage);
    for (const storage of this.#blocks) this.release(storage);
  }

  #passOn(storage: Storage): void {
    if (storage.scope !== this || storage.isDead) return;
    storage.scope = undefined;
    if (this.parent) this.parent.adopt(storage);
    else storage.moveToHeap();
  }
}

let current: Scope | undefined;

/** The innermost scope that has begun and not ended. */
export const currentScope = (): Scope | undefined => current;

const none: readonly Storage[] = [];

/** Runs `fn` in a scope of its own; `survivors` tells, at the end, what lives on. After an error nothing does. */
export function scoped<Result>(fn: (scope: Scope) => Result, survivors: (result: Result) => Survivors): Result {
  const scope = new Scope(current);
  current = scope;
  let living: Survivors = none;
  try {
    const result = fn(scope);
    living = survivors(result);
    return result;
  } finally {
    current = scope.parent;
    scope.end(living);
  }
}
