/** Words of the job at the bottom of linear memory, by index; each on a line of the cache of its own where it is busy. */
export const jobWords = {
  /** The number of the job (upper 16 bits) and its next chunk (lower 16): taking a chunk is one exchange. */
  claim: 0,
  /** Chunks finished. */
  done: 16,
  /** Chunks of the job; the kernel's module and its length; the arguments. */
  chunks: 32,
  module: 33,
  length: 34,
  args: 35,
  /** How many workers sleep. */
  sleeping: 48,
  /** 1 when the crew is dismissed. */
  dismissed: 49,
  /** The thread that a kernel failed on, plus 1. */
  failed: 50,
  /** From here on a word for each thread: the chunk it holds, plus 1. */
  held: 64,
  /** How many words there are: threads are at most 256. */
  count: 320,
} as const;

/** Chunks that one job can have. */
export const mostChunks = 65_535;

/** How long an idle worker looks for work before it sleeps, in milliseconds. */
const spinMs = 0.2;

/**
 * What a worker runs, as text, so that no bundler has to find a file. It is given `{ memory, thread }`, and learns of
 * everything else through the memory: it never has to read a message.
 *
 * A job's words are written before its claim word is. A worker reads the claim, then the words, then exchanges the claim
 * for the next chunk's: that fails if the job has changed in between, so that what it read belongs to what it took.
 */
export const workerSource = `
const start = ({ memory, thread }) => {
  const words = new Int32Array(memory.buffer, 0, ${jobWords.count});
  const compiled = new Map();
  const kernelAt = (address, length) => {
    let run = compiled.get(address);
    if (!run) {
      const bytes = new Uint8Array(memory.buffer, address, length).slice();
      run = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports.run;
      compiled.set(address, run);
    }
    return run;
  };
  const work = () => {
    let worked = false;
    for (;;) {
      const claim = Atomics.load(words, ${jobWords.claim});
      const chunk = claim & 0xffff;
      const chunks = Atomics.load(words, ${jobWords.chunks});
      const address = Atomics.load(words, ${jobWords.module}) >>> 0;
      const length = Atomics.load(words, ${jobWords.length});
      const args = Atomics.load(words, ${jobWords.args});
      if (chunk >= chunks) return worked;
      Atomics.store(words, ${jobWords.held} + thread, chunk + 1);
      if (Atomics.compareExchange(words, ${jobWords.claim}, claim, claim + 1) !== claim) {
        Atomics.store(words, ${jobWords.held} + thread, 0);
        continue;
      }
      worked = true;
      try {
        kernelAt(address, length)(args, chunk, thread);
      } catch (error) {
        Atomics.store(words, ${jobWords.failed}, thread + 1);
      }
      Atomics.store(words, ${jobWords.held} + thread, 0);
      Atomics.add(words, ${jobWords.done}, 1);
      Atomics.notify(words, ${jobWords.done});
    }
  };
  while (Atomics.load(words, ${jobWords.dismissed}) === 0) {
    const before = performance.now();
    let seen = Atomics.load(words, ${jobWords.claim});
    while (!work() && performance.now() - before < ${spinMs})
      for (let turn = 0; turn < 200 && Atomics.load(words, ${jobWords.claim}) === seen; turn++);
    seen = Atomics.load(words, ${jobWords.claim});
    if (performance.now() - before < ${spinMs}) continue;
    Atomics.add(words, ${jobWords.sleeping}, 1);
    if (Atomics.load(words, ${jobWords.dismissed}) === 0) Atomics.wait(words, ${jobWords.claim}, seen);
    Atomics.sub(words, ${jobWords.sleeping}, 1);
  }
};
const node = globalThis.process?.getBuiltinModule?.("node:worker_threads");
if (node) start(node.workerData);
else onmessage = ({ data }) => { start(data); close(); };
`;
