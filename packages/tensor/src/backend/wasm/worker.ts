import { builtinModule } from "./host.js";
import type { LinearBuffer } from "./web-assembly.js";
import { workerSource } from "./worker-source.js";

/** A worker that has been started, in Node or in a browser. */
export interface StartedWorker {
  readonly end: () => void;
}

interface NodeWorker {
  on(event: "error" | "exit", listener: (reason: unknown) => void): void;
  unref(): void;
  terminate(): Promise<number>;
}

interface NodeWorkers {
  readonly Worker: new (
    source: string,
    options: { eval: true; workerData: object; execArgv: readonly string[] },
  ) => NodeWorker;
}

/** A browser's; Node has no global of that name. */
declare const Worker: new (
  url: string,
) => {
  onerror: ((event: { readonly message?: string }) => void) | null;
  postMessage(message: object): void;
  terminate(): void;
};

/** Starts a worker; `gone` is called, with the reason, if it ends by itself. */
export function startWorker(memory: LinearBuffer, thread: number, gone: (reason: string) => void): StartedWorker {
  const node = builtinModule<NodeWorkers>("node:worker_threads");
  if (node) {
    const worker = new node.Worker(workerSource, { eval: true, workerData: { memory, thread }, execArgv: [] });
    worker.on("error", (error) => gone(String(error)));
    worker.on("exit", (code) => gone(`it exited (${code})`));
    worker.unref();
    return { end: () => void worker.terminate() };
  }
  const url = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
  const worker = new Worker(url);
  worker.onerror = ({ message }) => gone(message ?? "it could not be loaded");
  worker.postMessage({ memory, thread });
  return { end: () => worker.terminate() };
}
