import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  add,
  assign,
  DeadTensorError,
  keep,
  type Mat,
  matmul,
  mul,
  OutOfMemoryError,
  pinned,
  reference64,
  reshape,
  scope,
  startEngine,
  sum,
  type Tensor,
  tensor,
  transpose,
  type Vec,
  withBackend,
  zeros,
} from "./index.js";

const { backend, info } = startEngine({ threads: 1, kernels: "plain" });
/** In kernels of WebAssembly, whatever the default is here. */
const inLinearMemory = <Result>(fn: () => Result): Result => withBackend(backend, fn);

const numbers = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 1, maxLength: 40 });

describe("scope", () => {
  it("runs on kernels of WebAssembly in these tests", () => {
    expect(info.kernels).toBe("simd");
  });

  it("gives what the same without a scope gives, at any depth", () => {
    const program = (x: Tensor, depth: number): Tensor =>
      depth === 0 ? mul(x, 2) : scope(() => add(program(x, depth - 1), program(mul(x, 3), depth - 1)));
    fc.assert(
      fc.property(numbers, fc.integer({ min: 0, max: 5 }), (values, depth) => {
        inLinearMemory(() => {
          const x = tensor(values);
          const factor = 2 * 4 ** depth;
          expect(program(x, depth).toArray()).toEqual(values.map((value) => value * factor + 0));
        });
      }),
    );
  });

  it("lets live what is returned, in fields and arrays too, and views of it", () => {
    inLinearMemory(() => {
      const x = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
      const made = scope(() => {
        const doubled = mul(x, 2);
        return { deep: [{ doubled }], turned: transpose(doubled, [1, 0]), name: "text", nothing: undefined };
      });
      expect(made.deep[0].doubled.toArray()).toEqual([
        [2, 4, 6],
        [8, 10, 12],
      ]);
      expect(made.turned.toArray()).toEqual([
        [2, 8],
        [4, 10],
        [6, 12],
      ]);
    });
  });

  it("lets live what stands in a result that contains itself, and what stands in it twice", () => {
    inLinearMemory(() => {
      const made = scope(() => {
        const doubled = mul(tensor([1, 2]), 2);
        const result = { doubled, again: [doubled, { doubled }], self: [] as object[] };
        result.self.push(result, new Map([["key", mul(doubled, 2)]]));
        return result;
      });
      expect(made.doubled.toArray()).toEqual([2, 4]);
      expect([...(made.self[1] as Map<string, Tensor>).values()][0].toArray()).toEqual([4, 8]);
    });
  });

  it("frees the rest: a use names the operation and the operand", () => {
    inLinearMemory(() => {
      const escaped: Vec[] = [];
      scope(() => {
        const x = tensor([1, 2]);
        escaped.push(x, mul(x, 2));
      });
      expect(() => add(tensor([1, 2]), escaped[0])).toThrow(
        "add: operand 1, [2], was freed when its scope ended; return it from the scope, or keep(tensor) a copy of it",
      );
      expect(() => matmul(reshape(escaped[1], [2, 1]), tensor([1, 2], [1, 2]))).toThrow(DeadTensorError);
      for (const use of [
        () => escaped[0].data,
        () => escaped[0].toArray(),
        () => sum(escaped[1]),
        () => assign(escaped[0], zeros([2])),
        () => escaped[0].toJSON(),
      ])
        expect(use).toThrow(DeadTensorError);
    });
  });

  it("frees after an error too, and takes its memory again", () => {
    inLinearMemory(() => {
      let escaped: Tensor | undefined;
      const failing = () =>
        scope(() => {
          escaped = mul(tensor([1]), 2);
          throw new Error("no");
        });
      expect(failing).toThrow("no");
      expect(() => escaped?.item()).toThrow(DeadTensorError);
    });
  });

  it("gives results of an inner scope to the outer one, which frees them at its own end", () => {
    inLinearMemory(() => {
      let inner: Tensor | undefined;
      const outer = scope(() => {
        inner = scope(() => mul(tensor([3]), 2));
        expect(inner.item()).toBe(6);
        return add(inner, 1);
      });
      expect(outer.item()).toBe(7);
      expect(() => inner?.item()).toThrow(DeadTensorError);
    });
  });

  it("leaves alone what was made before it, and what lies on the heap", () => {
    inLinearMemory(() => {
      const before = tensor([1, 2]);
      const after = scope(() => {
        const own = mul(before, 2);
        const kept = scope(() => keep(own));
        return [own, before, kept];
      });
      expect(after.map((x) => x.toArray())).toEqual([
        [2, 4],
        [1, 2],
        [2, 4],
      ]);
    });
  });

  it("keeps a copy on the heap that no scope frees", () => {
    inLinearMemory(() => {
      let copy: Tensor | undefined;
      scope(() => {
        copy = keep(mul(tensor([1, 2]), 2));
      });
      expect(copy?.toArray()).toEqual([2, 4]);
    });
  });

  it("sees a heap tensor that was overwritten since it was last read", () => {
    inLinearMemory(() => {
      const x = tensor([1, 2]);
      scope(() => {
        expect(mul(x, 2).toArray()).toEqual([2, 4]);
        assign(x, tensor([5, 6]));
        expect(mul(x, 2).toArray()).toEqual([10, 12]);
        scope(() => assign(x, mul(x, 2)));
        expect(mul(x, 2).toArray()).toEqual([20, 24]);
      });
      expect(x.toArray()).toEqual([10, 12]);
    });
  });

  it("refuses an asynchronous function", () => {
    expect(() => scope(async () => 1)).toThrow("scope: the function must not be asynchronous");
    expect(() => pinned([], async () => 1)).toThrow("pinned: the function must not be asynchronous");
  });

  it("takes tensors of other kernels, wherever they lie", () => {
    const other = startEngine({ threads: 1, kernels: "plain" }).backend;
    inLinearMemory(() =>
      scope(() => {
        const x = mul(tensor([1, 2]), 2);
        const y = withBackend(other, () => scope(() => add(x, 1)));
        expect(add(x, y).toArray()).toEqual([5, 9]);
        expect(withBackend(reference64, () => mul(y, 0.5).toArray())).toEqual([1.5, 2.5]);
      }),
    );
  });
});

describe("pinned", () => {
  it("holds the same values for reading and writing, and leaves them on the heap, after an error too", () => {
    fc.assert(
      fc.property(numbers, fc.boolean(), fc.integer({ min: 0, max: 4 }), (values, fails, rounds) => {
        inLinearMemory(() => {
          const x = tensor(values);
          const run = () =>
            pinned([x, x], () => {
              for (let round = 0; round < rounds; round++) scope(() => pinned([x], () => assign(x, add(x, 1))));
              expect(x.toArray()).toEqual(values.map((value) => value + rounds));
              if (fails) throw new Error("no");
              return mul(x, 2);
            });
          if (fails) expect(run).toThrow("no");
          else expect(run().toArray()).toEqual(values.map((value) => 2 * (value + rounds)));
          expect(x.toArray()).toEqual(values.map((value) => value + rounds));
          expect(x.storage.isOnHeap).toBe(true);
        });
      }),
    );
  });
});

describe("out of memory", () => {
  it("says how much was asked for, by which operation, and what to do", () => {
    inLinearMemory(() => {
      const column: Mat = zeros([40_000, 1]);
      const row: Mat = zeros([1, 40_000]);
      const attempt = () => scope(() => add<readonly [number, number]>(column, row));
      expect(attempt).toThrow(OutOfMemoryError);
      expect(attempt).toThrow(
        /^add: out of memory: 6104 MiB asked for, \d.* of (4096|1024|256) MiB in use; take fewer rows at a time/,
      );
      expect(() => scope(() => zeros([2 ** 30 + 1]))).toThrow(/^zeros: out of memory: 4096 MiB asked for/);
      expect(add(column, 1).shape).toEqual([40_000, 1]);
    });
  });
});
