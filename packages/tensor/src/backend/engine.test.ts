import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { close, configure, info, matmul, normal, startEngine, tensor, withBackend } from "../index.js";
import { key } from "../random.js";
import { checkSettings } from "./settings.js";

const packageFolder = fileURLToPath(new URL("../../", import.meta.url));
const index = new URL("../../dist/index.js", import.meta.url).href;

/** What a program of its own process prints, with these variables in its environment. */
function printed(program: string, variables: Readonly<Record<string, string>> = {}): string {
  return execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
    env: { ...process.env, NODE_OPTIONS: "", ...variables },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}

beforeAll(() => {
  const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  execFileSync(process.execPath, [compiler, "--build", packageFolder], { stdio: "pipe" });
});

/** A program that prints a product and what the engine tells, in a surrounding that is changed before. */
const inSurrounding = (change: string): string => `
  const said = [];
  console.warn = (line) => said.push(line);
  ${change}
  const { info, matmul, normal, key, sum } = await import("${index}");
  const x = normal(key(1), [400, 400]);
  const values = [1, 2, 3].map(() => sum(matmul(x, x)).item());
  console.log(JSON.stringify({ same: new Set(values).size === 1 && Number.isFinite(values[0]), info: info(), said }));
`;

describe("an engine goes on, and says once what is amiss,", () => {
  it("where no worker can be started", () => {
    const change = `
      const load = process.getBuiltinModule;
      const workers = { Worker: class { constructor() { throw new Error("workers are not allowed"); } } };
      process.getBuiltinModule = (name) => (name === "node:worker_threads" ? workers : load(name));`;
    const found = JSON.parse(printed(inSurrounding(change), { FACTORVAE_THREADS: "2" }));
    expect(found).toMatchObject({ same: true, info: { threads: 1 } });
    expect(found.said).toEqual([
      expect.stringMatching(/worker 1 is gone .threads left: 1.: .*workers are not allowed/),
    ]);
  });

  it("where a worker ends by itself", () => {
    const change = `
      const load = process.getBuiltinModule;
      const { Worker } = load("node:worker_threads");
      class Dying extends Worker { constructor(...args) { super(...args); setTimeout(() => this.terminate(), 50); } }
      process.getBuiltinModule = (name) => (name === "node:worker_threads" ? { Worker: Dying } : load(name));`;
    const later = "await new Promise((resolve) => setTimeout(resolve, 500));";
    const program = inSurrounding(change).replace("console.log(", `${later} console.log(`);
    const found = JSON.parse(printed(program, { FACTORVAE_THREADS: "2" }));
    expect(found).toMatchObject({ same: true, info: { threads: 1 } });
    expect(found.said).toEqual([expect.stringMatching(/worker 1 is gone/)]);
  });

  it("where no memory can be shared, or none be had", () => {
    const without = (which: string) => `
      const { Memory } = WebAssembly;
      WebAssembly.Memory = class { constructor(limits) { if (${which}) throw new RangeError("no"); return new Memory(limits); } };`;
    const alone = JSON.parse(printed(inSurrounding(without("limits.shared")), { FACTORVAE_THREADS: "2" }));
    expect(alone).toMatchObject({ same: true, info: { threads: 1, kernels: expect.stringContaining("simd") } });
    expect(alone.said).toEqual([expect.stringContaining("no shared memory")]);
    const plain = JSON.parse(printed(inSurrounding(without("true"))));
    expect(plain).toMatchObject({ same: true, info: { threads: 1, kernels: "reference" } });
    expect(plain.said).toEqual([expect.stringContaining("cannot be reserved")]);
  });

  it("where a policy forbids to compile kernels", () => {
    const change = `
      WebAssembly.Module = class { constructor() { throw new WebAssembly.CompileError("unsafe-eval"); } };`;
    const found = JSON.parse(printed(inSurrounding(change)));
    expect(found).toMatchObject({ same: true, info: { kernels: "reference" } });
    expect(found.said.length).toBe(1);
  });
});

describe("a setting that is undefined", () => {
  it("leaves what the environment and earlier calls say", () => {
    const program = `
      const { configure, info } = await import("${index}");
      configure({ kernels: "plain" });
      configure({ threads: undefined, kernels: undefined });
      const { threads, kernels } = info();
      console.log(JSON.stringify({ threads, kernels }));`;
    expect(JSON.parse(printed(program, { FACTORVAE_THREADS: "3" }))).toEqual({ threads: 3, kernels: "simd" });
  });
});

describe("startEngine", () => {
  it("runs on what was asked for, and says so", () => {
    expect(startEngine({ kernels: "reference" }).info).toEqual({
      kernels: "reference",
      threads: 1,
      fused: false,
      why: "asked for",
    });
    const { info: plain } = startEngine({ kernels: "plain", threads: 3 });
    expect(plain).toMatchObject({ kernels: "simd", threads: 3, fused: false });
    expect(plain.why).toContain("plain SIMD was asked for");
    const { info: fastest } = startEngine({ threads: 1 });
    expect(fastest.fused).toBe(fastest.kernels === "relaxed-simd");
  });

  it("goes on with the caller's thread alone when it is closed", () => {
    const engine = startEngine({ kernels: "plain", threads: 3 });
    const product = () =>
      withBackend(engine.backend, () => matmul(normal(key(1), [300, 200]), normal(key(2), [200, 150])).data);
    const before = product();
    engine.close();
    expect(product()).toEqual(before);
  });

  it("uses memory for what scopes hold, and none afterwards", () => {
    const engine = startEngine({ kernels: "plain", threads: 1 });
    withBackend(engine.backend, () => matmul(normal(key(1), [30, 20]), normal(key(2), [20, 15])));
    const { used } = engine.memory();
    withBackend(engine.backend, () => matmul(normal(key(1), [30, 20]), normal(key(2), [20, 15])));
    expect(engine.memory().used).toBe(used);
    expect(engine.memory().peak).toBe(used);
  });
});

describe("configure", () => {
  it("comes too late after the first operation", () => {
    tensor([1]);
    expect(info().threads).toBeGreaterThanOrEqual(1);
    expect(() => configure({ threads: 1 })).toThrow("configure: the engine runs already");
    close();
    expect(tensor([1]).item()).toBe(1);
    expect(info()).toMatchObject({ threads: 1, why: "closed" });
    expect(() => configure({ threads: 1 })).toThrow("configure: the engine was closed, which is for good");
  });

  it("refuses what is no setting, by name", () => {
    expect(() => checkSettings("configure", { threads: 0 })).toThrow(
      "configure: threads must be a whole number from 1 to 256, not 0",
    );
    expect(() => checkSettings("configure", { threads: 1.5 })).toThrow("not 1.5");
    expect(() => configure({ kernels: "fast" as never })).toThrow(
      'configure: kernels must be one of auto, plain, reference, not "fast"',
    );
    expect(() => configure({ threads: "2" as never })).toThrow('from 1 to 256, not "2"');
  });

  it("refuses an unknown setting with the nearest name, and what holds no settings", () => {
    const unknown = (settings: object) => () => configure(settings);
    expect(() => Reflect.apply(startEngine, undefined, [{ thread: 1 }])).toThrow(
      new RangeError('startEngine: there is no setting "thread"; did you mean threads?'),
    );
    expect(unknown({ thread: 1 })).toThrow(
      new RangeError('configure: there is no setting "thread"; did you mean threads?'),
    );
    expect(unknown({ Kernel: "plain" })).toThrow('no setting "Kernel"; did you mean kernels?');
    expect(unknown({ workers: 2 })).toThrow('no setting "workers"; possible are threads, kernels');
    for (const nothing of [undefined, null, 4])
      expect(() => configure(nothing as never)).toThrow(
        new TypeError(`configure: needs settings, as in configure({ threads: 4 }), not ${nothing}`),
      );
  });
});

describe("a process of its own", () => {
  const describeEngine = `import { configure, info } from ${JSON.stringify(index)};`;
  it("takes its defaults from the environment, and configure over them", () => {
    const program = `${describeEngine} const { kernels, threads } = info(); console.log(kernels, threads);`;
    expect(printed(program, { FACTORVAE_KERNELS: "plain", FACTORVAE_THREADS: "2" })).toBe("simd 2");
    const configured = `${describeEngine} configure({ threads: 5 }); console.log(info().kernels, info().threads);`;
    expect(printed(configured, { FACTORVAE_KERNELS: "plain", FACTORVAE_THREADS: "2" })).toBe("simd 5");
    expect(printed(program, { FACTORVAE_KERNELS: "reference" })).toBe("reference 1");
  });

  it("refuses a wrong variable with a sentence that names it", () => {
    expect(() => printed(`${describeEngine} info();`, { FACTORVAE_THREADS: "many" })).toThrow(
      /FACTORVAE_THREADS: must be a whole number from 1 to 256, not "many"/,
    );
    expect(() => printed(`${describeEngine} info();`, { FACTORVAE_KERNELS: "fast" })).toThrow(
      /FACTORVAE_KERNELS: must be one of auto, plain, reference, not "fast"/,
    );
  });

  it("starts no threads when it is closed before the first operation", () => {
    const program = `
      import { close, info, key, matmul, normal } from ${JSON.stringify(index)};
      close();
      const product = matmul(normal(key(1), [400, 300]), normal(key(2), [300, 200]));
      console.log(info().threads, info().why, product.shape.join());
    `;
    expect(printed(program, { FACTORVAE_THREADS: "3" })).toBe("1 closed 400,200");
  });

  it("ends by itself, though its workers wait for work", () => {
    const program = `
      import { info, key, matmul, normal } from ${JSON.stringify(index)};
      const product = matmul(normal(key(1), [400, 300]), normal(key(2), [300, 200]));
      console.log(info().threads, product.shape.join());
    `;
    expect(printed(program, { FACTORVAE_THREADS: "3" })).toBe("3 400,200");
  });

  it("works without shared memory, on one thread, and without vectors, and says so once", () => {
    const program = (removal: string): string => `
      ${removal}
      console.warn = (text) => console.log(text);
      const { info, matmul, tensor } = await import(${JSON.stringify(index)});
      const product = matmul(tensor([1, 2], [1, 2]), tensor([3, 4], [2, 1]));
      console.log(product.item(), info().kernels, info().threads);
    `;
    const unshared = printed(program("delete globalThis.SharedArrayBuffer;"), { FACTORVAE_KERNELS: "plain" });
    expect(unshared.split("\n")).toEqual([
      expect.stringContaining("slower than it could be: plain SIMD was asked for; no shared memory"),
      "11 simd 1",
    ]);
    const without = printed(program("WebAssembly.validate = () => false;"));
    expect(without.split("\n")).toEqual([
      expect.stringContaining("there is no WebAssembly with 128-bit vectors here"),
      "11 reference 1",
    ]);
  });
});
