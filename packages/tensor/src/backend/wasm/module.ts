import { type Code, call, flatten, Local, unsigned, type ValueType } from "./assembler.js";

const typeBytes = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** Declares the variables of a function while its body is written. */
export class Variables {
  readonly #locals: Local[] = [];
  readonly #first: number;

  constructor(parameters: number) {
    this.#first = parameters;
  }

  #add(type: ValueType): Local {
    const made = new Local(type, this.#first + this.#locals.length);
    this.#locals.push(made);
    return made;
  }
  i32(): Local {
    return this.#add("i32");
  }
  f64(): Local {
    return this.#add("f64");
  }
  v128(): Local {
    return this.#add("v128");
  }
  /** Several of one type. */
  list(type: ValueType, count: number): Local[] {
    return Array.from({ length: count }, () => this.#add(type));
  }
  /** The declaration section: counts by type, in order. */
  encoded(): number[] {
    return vector(this.#locals.map(({ type }) => [1, typeBytes[type]]));
  }
}

const vector = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content];
const name = (text: string): number[] => [text.length, ...Array.from(text, (letter) => letter.charCodeAt(0))];

interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** A function of a module: how to call it from others. */
export type Callable = (...operands: readonly (Code | number)[]) => Code;

/** A module in the making: functions over one imported memory. What is written last may call what was written before. */
export class ModuleBuilder {
  readonly #types: Signature[] = [];
  readonly #bodies: number[][] = [];
  readonly #exports: number[][] = [];

  /** Adds a function; `body` receives the declarer of its variables, then its parameters. */
  func(
    parameters: readonly ValueType[],
    results: readonly ValueType[],
    body: (variables: Variables, ...parameters: Local[]) => Code,
  ): Callable {
    const variables = new Variables(parameters.length);
    const code = flatten(body(variables, ...parameters.map((type, index) => new Local(type, index))));
    const content = [...variables.encoded(), ...code, 0x0b];
    const position = this.#bodies.length;
    this.#types.push({ parameters, results });
    this.#bodies.push([...unsigned(content.length), ...content]);
    return (...operands) => call(position, ...operands);
  }

  /**
   * Adds the function that a kernel is: `run(args, chunk, thread)`, where `args` is the address of its arguments, `chunk`
   * says which piece of the work to do, and `thread` (0 for the caller's) which scratch memory is its own.
   */
  kernel(body: (variables: Variables, args: Local, chunk: Local, thread: Local) => Code): void {
    this.func(["i32", "i32", "i32"], [], (variables, args, chunk, thread) => body(variables, args, chunk, thread));
    this.#exports.push([...name("run"), 0, ...unsigned(this.#bodies.length - 1)]);
  }

  /** The module, which imports its memory as `env.memory`. */
  encode(shared: boolean): Uint8Array<ArrayBuffer> {
    const types = this.#types.map(({ parameters, results }) => [
      0x60,
      ...vector(parameters.map((type) => [typeBytes[type]])),
      ...vector(results.map((type) => [typeBytes[type]])),
    ]);
    // A shared memory must name its maximum; an import may name a larger one than the memory has.
    const limits = shared ? [3, ...unsigned(0), ...unsigned(65536)] : [0, ...unsigned(0)];
    return Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, vector(types)),
      ...section(2, vector([[...name("env"), ...name("memory"), 2, ...limits]])),
      ...section(3, vector(types.map((_, index) => unsigned(index)))),
      ...section(7, vector(this.#exports)),
      ...section(10, vector(this.#bodies)),
    ]);
  }
}
