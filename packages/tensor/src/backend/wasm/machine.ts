import { type Code, v128 } from "./assembler.js";
import { Crew } from "./crew.js";
import { LinearMemory } from "./memory.js";
import { ModuleBuilder } from "./module.js";
import type { Target } from "./target.js";
import { type LinearBuffer, webAssembly } from "./web-assembly.js";

/** Where things stand at the bottom of linear memory, in bytes. */
const layout = { job: 0, args: 2048, constants: 4096, blocks: 65536 } as const;

/** Words of arguments there is room for. */
export const mostArguments = (layout.constants - layout.args) / 4;

/** A compiled program of WebAssembly: `run(args, chunk, thread)`. */
export interface Kernel {
  readonly run: (args: number, chunk: number, thread: number) => void;
  /** Its module's bytes in linear memory, for workers to compile. */
  readonly address: number;
  readonly length: number;
}

/** Scratch memory: thread `i` owns `stride` bytes from `address + i * stride`. */
export interface Scratch {
  readonly address: number;
  readonly stride: number;
}

/** Who runs the chunks of a kernel. */
export interface Threads {
  /** How many there are, the caller's included. */
  readonly threads: number;
  readonly run: (kernel: Kernel, args: number, chunks: number) => void;
  readonly dismiss: () => void;
}

const alone: Threads = {
  threads: 1,
  run: ({ run }, args, chunks) => {
    for (let chunk = 0; chunk < chunks; chunk++) run(args, chunk, 0);
  },
  dismiss: () => {},
};

/** Linear memory, and kernels over it. */
export class Machine {
  readonly memory: LinearMemory;
  readonly target: Target;
  readonly #kernels = new Map<string, Kernel>();
  readonly #constants = new Map<number, Code>();
  readonly #tables = new Map<string, number>();
  readonly #bits = new DataView(new ArrayBuffer(4));
  readonly #crew: Threads;
  readonly #threads: number;
  #scratch: Scratch = { address: 0, stride: 0 };

  constructor(options: Omit<Target, "constant" | "table">, threads = 1, crew?: Threads) {
    this.memory = new LinearMemory(options.shared, layout.blocks);
    this.target = {
      ...options,
      constant: (value) => this.#constant(value),
      table: (name, values) => this.#table(name, values),
    };
    this.#threads = threads;
    this.#crew = crew ?? (threads > 1 ? new Crew(this.memory.memory, threads) : alone);
  }

  /** The kernel of that name, which is built and compiled at its first use. */
  kernel(name: string, build: (target: Target, builder: ModuleBuilder) => void): Kernel {
    const known = this.#kernels.get(name);
    if (known) return known;
    const builder = new ModuleBuilder();
    build(this.target, builder);
    const bytes = builder.encode(this.target.shared);
    const address = this.memory.allocate(bytes.length);
    new Uint8Array(this.memory.memory.buffer, address, bytes.length).set(bytes);
    const kernel = { run: instantiated(bytes, this.memory.memory), address, length: bytes.length };
    this.#kernels.set(name, kernel);
    return kernel;
  }

  /**
   * Runs a kernel over chunks 0 to `chunks` - 1, in any order and by several threads: chunks must not depend on each
   * other, nor their number on that of the threads. The arguments are 32-bit words (see `floatBits`).
   */
  launch(kernel: Kernel, args: readonly number[], chunks = 1): void {
    for (let at = 0; at < args.length; at++) this.argument(at, args[at]);
    this.start(kernel, chunks);
  }

  /** Sets an argument of the kernel that is started next. */
  argument(at: number, word: number): void {
    this.memory.i32[layout.args / 4 + at] = word;
  }

  /** Runs a kernel as `launch` does; its arguments are set. */
  start(kernel: Kernel, chunks: number): void {
    if (chunks === 1) kernel.run(layout.args, 0, 0);
    else this.#crew.run(kernel, layout.args, chunks);
  }

  /** The threads that work: fewer than there were where workers have ended. */
  get threads(): number {
    return this.#crew.threads;
  }

  /** Ends the workers; the caller goes on alone. */
  close(): void {
    this.#crew.dismiss();
  }

  /** Scratch memory of at least so many bytes for each thread; what is in it is lost at the next call. */
  scratch(bytes: number): Scratch {
    if (bytes > this.#scratch.stride) {
      const { address, stride } = this.#scratch;
      if (address > 0) this.memory.free(address, stride * this.#threads);
      // Nothing of it may be used should there be no room for more.
      this.#scratch = { address: 0, stride: 0 };
      const wanted = Math.ceil(bytes / 64) * 64;
      this.#scratch = { address: this.memory.allocate(wanted * this.#threads), stride: wanted };
    }
    return this.#scratch;
  }

  /** The bits of a 32-bit floating-point number, as a word of arguments. */
  floatBits(value: number): number {
    this.#bits.setFloat32(0, value);
    return this.#bits.getInt32(0);
  }

  #table(name: string, values: () => readonly number[]): number {
    const known = this.#tables.get(name);
    if (known !== undefined) return known;
    const numbers = Float64Array.from(values());
    const address = this.memory.allocate(numbers.byteLength);
    new Float64Array(this.memory.memory.buffer, address, numbers.length).set(numbers);
    this.#tables.set(name, address);
    return address;
  }

  #constant(value: number): Code {
    const bits = this.floatBits(value);
    const known = this.#constants.get(bits);
    if (known) return known;
    const address = layout.constants + this.#constants.size * 16;
    // A table that is full gives constants of the code's own: slower, as good.
    if (address >= layout.blocks) return v128.const([0, 1, 2, 3].flatMap(() => bytesOf(bits)));
    this.memory.i32.fill(bits, address / 4, address / 4 + 4);
    const code = v128.load(address);
    this.#constants.set(bits, code);
    return code;
  }
}

function instantiated(bytes: Uint8Array, memory: LinearBuffer): Kernel["run"] {
  const api = webAssembly();
  if (!api) throw new Error("tensor: there is no WebAssembly here");
  return new api.Instance(new api.Module(bytes), { env: { memory } }).exports.run as Kernel["run"];
}

const bytesOf = (word: number): number[] => [0, 8, 16, 24].map((shift) => (word >> shift) & 255);
