// Each copy of this package has its own tape: tensors of one would pass through the other without a derivative.
const mark = Symbol.for("@factorvae/tensor");
const loaded: unknown = Reflect.get(globalThis, mark);
if (loaded !== undefined)
  throw new Error(
    `@factorvae/tensor: two copies are loaded, ${loaded} and ${import.meta.url}; install one version of it (npm ls @factorvae/tensor)`,
  );
Object.defineProperty(globalThis, mark, { value: import.meta.url });
