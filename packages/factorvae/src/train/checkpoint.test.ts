import { tensor } from "@factorvae/autograd";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { metricsLines, parseMetrics, readCheckpoint, writeCheckpoint } from "./checkpoint.js";

const figure = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);

const anyMetrics = fc.array(
  fc.record(
    {
      epoch: fc.integer({ min: 1, max: 1000 }),
      loss: figure,
      nll: figure,
      kl: figure,
      klPerFactor: fc.array(figure, { maxLength: 3 }),
      activeFactors: fc.nat(),
      deadHeads: figure,
      gradientNorm: figure,
      clippedLabels: fc.nat(),
      validRankIc: figure,
      validNll: figure,
      seconds: figure,
    },
    {
      requiredKeys: [
        ...(["epoch", "loss", "nll", "kl", "klPerFactor"] as const),
        ...(["activeFactors", "deadHeads", "gradientNorm", "clippedLabels"] as const),
      ],
    },
  ),
  { maxLength: 5 },
);

describe("a checkpoint", () => {
  it("comes back from its bytes to the bit, figures that an epoch lacks still lacking", () => {
    const values = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 9 });
    fc.assert(
      fc.property(anyMetrics, values, fc.float({ noNaN: true, noDefaultInfinity: true }), (metrics, vector, scalar) => {
        const tensors = { "model/a.weight": tensor(vector, [vector.length]), "optimizer/step": tensor([scalar], []) };
        const read = readCheckpoint(writeCheckpoint({ metrics, tensors }));
        expect(read.metrics).toEqual(metrics);
        expect(Object.keys(read.tensors)).toEqual(Object.keys(tensors));
        for (const [name, { shape, data }] of Object.entries(tensors)) {
          expect(read.tensors[name].shape).toEqual(shape);
          expect(read.tensors[name].data).toEqual(data);
        }
      }),
    );
  });

  it("is refused where the bytes hold none", () => {
    expect(() => readCheckpoint(writeCheckpoint({ metrics: [], tensors: {} }).subarray(0, 20))).toThrow(/safetensors/);
    const noMetrics = new TextEncoder().encode(`\u0002\0\0\0\0\0\0\0{}`);
    expect(() => readCheckpoint(noMetrics)).toThrow("checkpoint: the metadata hold no metrics of the epochs so far");
  });

  it("has its metrics as lines, which read back", () => {
    fc.assert(
      fc.property(anyMetrics, (metrics) => {
        const lines = metricsLines(metrics);
        expect(lines.split("\n")).toHaveLength(metrics.length + 1);
        expect(parseMetrics(lines)).toEqual(metrics);
      }),
    );
    expect(() => parseMetrics('{"epoch": 1}\n')).toThrow("metrics: line 1 holds no figures of an epoch");
    expect(() => parseMetrics("nonsense")).toThrow("metrics: line 1");
  });
});
