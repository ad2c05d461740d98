import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it, vi } from "vitest";

/** Files of a package that are shipped, as `./src/...`, and which of them its package.json says to have side effects. */
function modulesOf(name: string): { readonly all: readonly string[]; readonly listed: readonly string[] } {
  const folder = new URL(`../packages/${name}/`, import.meta.url);
  const { sideEffects }: { readonly sideEffects: false | readonly string[] } = JSON.parse(
    readFileSync(new URL("package.json", folder), "utf8"),
  );
  const all = readdirSync(new URL("src", folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/\.(test|samples)\.ts$/.test(file))
    .map((file) => `./src/${file}`);
  return { all, listed: sideEffects === false ? [] : sideEffects };
}

/** What a module could leave behind: names and values on the globals, on what they inherit from, and on other objects. */
const stateOf = (objects: readonly object[]): ReadonlyMap<object, ReadonlyMap<PropertyKey, unknown>> =>
  new Map(
    objects.map((object) => [
      object,
      new Map(
        Object.entries(Object.getOwnPropertyDescriptors(object)).map(([name, { value, get }]) => [name, value ?? get]),
      ),
    ]),
  );

const symbolsOf = (object: object): readonly symbol[] => Object.getOwnPropertySymbols(object);

/** Prototypes of what the language has: Array.prototype, Float32Array.prototype, ... */
const builtIn: readonly object[] = Object.getOwnPropertyNames(globalThis).flatMap((name) => {
  const value: unknown = /^[A-Z]/.test(name) ? Reflect.get(globalThis, name) : undefined;
  const prototype: unknown = typeof value === "function" ? value.prototype : undefined;
  return typeof prototype === "object" && prototype !== null ? [prototype] : [];
});

/**
 * What loading a file changed of the globals, the language's prototypes and the tensors' methods. Files of the tensor package are
 * loaded afresh, each for itself; those of others once, after the tensor package, whose changes are its own affair.
 */
async function changes(name: string, file: string): Promise<readonly string[]> {
  await import("../packages/tensor/src/index.js").catch(refusedAsSecond);
  if (name === "tensor") vi.resetModules();
  const { Tensor } = await import("../packages/tensor/src/tensor.js");
  const watched = [globalThis, Tensor, Tensor.prototype, ...builtIn];
  const [before, symbols] = [stateOf(watched), watched.map(symbolsOf)];
  const refusal = await import(/* @vite-ignore */ `../packages/${name}/${file.slice(2)}`).then(
    () => [],
    refusedAsSecond,
  );
  const after = stateOf(watched);
  const changed = watched.flatMap((object, at) => {
    const [was, is] = [before.get(object), after.get(object)];
    const names = [...(is?.keys() ?? [])].filter((property) => !Object.is(is?.get(property), was?.get(property)));
    const gone = [...(was?.keys() ?? [])].filter((property) => !is?.has(property));
    const marks = symbolsOf(object).filter((symbol) => !symbols[at].includes(symbol));
    return [...names, ...gone, ...marks].map(String);
  });
  return [...refusal, ...changed];
}

/** The tensor package refuses to be loaded twice, and so shows that it left a mark the first time. */
function refusedAsSecond(error: unknown): readonly string[] {
  if (error instanceof Error && error.message.includes("two copies are loaded")) return ["the mark of the only copy"];
  throw error;
}

// The tensor package last: once it is loaded afresh, others would load it a second time.
describe.each(["autograd", "nn", "tensor"])("of the modules of %s", (name) => {
  const { all, listed } = modulesOf(name);
  let found: Readonly<Record<string, readonly string[]>> = {};
  beforeAll(async () => {
    const pairs: [string, readonly string[]][] = [];
    for (const file of all) pairs.push([file, await changes(name, file)]);
    found = Object.fromEntries(pairs);
  });

  it("those that change anything but themselves when they are loaded are listed as sideEffects, and no others", () => {
    const changing = all.filter((file) => found[file].length > 0);
    expect(changing.toSorted()).toEqual(listed.filter((file) => file.startsWith("./src/")).toSorted());
  });

  it("the same are listed of the sources and of what is built from them", () => {
    const built = listed.filter((file) => file.startsWith("./dist/"));
    expect(built.map((file) => file.replace("./dist/", "./src/").replace(/\.js$/, ".ts")).toSorted()).toEqual(
      listed.filter((file) => file.startsWith("./src/")).toSorted(),
    );
  });
});
