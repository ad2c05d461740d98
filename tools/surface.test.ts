import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as autograd from "../packages/autograd/src/index.js";
import * as nn from "../packages/nn/src/index.js";
import * as tensor from "../packages/tensor/src/index.js";

const read = (path: string): string => readFileSync(new URL(`../packages/${path}`, import.meta.url), "utf8");

/** Files of a folder of a package, tests or not. */
const files = (folder: string, wanted: RegExp): readonly string[] =>
  readdirSync(new URL(`../packages/${folder}`, import.meta.url), { recursive: true, encoding: "utf8" })
    .filter((file) => wanted.test(file))
    .map((file) => `${folder}/${file}`);

const isSource = /^(?!.*\.(test|samples)\.ts$).*\.ts$/;

/** What modules share among themselves: users have no name for it. */
const internal: Readonly<Record<string, readonly string[]>> = {
  "autograd/src/apart.ts": ["apartFrom", "separated"],
  "autograd/src/grad.ts": ["gradientOf"],
  "autograd/src/ledger.ts": ["drop", "handOver", "hold", "isSpared", "spare", "spareOlder", "sweep"],
  "autograd/src/one-operation.ts": ["announced", "unseen", "watched"],
  "autograd/src/overwritten.ts": [
    "checkConstant",
    "checkUnchanged",
    "checkWritable",
    "overwritingNothing",
    "readingUnchanged",
  ],
  "autograd/src/shares.ts": ["checkCotangents", "isPresent", "shareOf", "whole"],
  "autograd/src/transforms.ts": ["pullable"],
  "autograd/src/tree.ts": [
    "aliasesOf",
    "checkFunction",
    "leaves",
    "leavesLike",
    "sourcesOf",
    "valueLeaves",
    "withLeaves",
  ],
  "nn/src/elements.ts": ["checkEach"],
  "nn/src/initializers.ts": ["checkSizes"],
  "nn/src/parameter.ts": ["entries"],
  "nn/src/pytorch-names.ts": ["namings"],
  "nn/src/operand.ts": ["checkTensor", "described"],
  "nn/src/options.ts": ["checkOptions", "checkKey"],
  "nn/src/running-mean.ts": ["shareOf", "toward"],
  "nn/src/rows.ts": ["checkRows", "checkSequences", "checkState", "overRows", "rowsOf"],
  "nn/src/state-dict.ts": ["checkStateDict", "copied", "load"],
  "nn/src/layers/group-shares.ts": ["checkGroups"],
  "nn/src/layers/positive-cosine.ts": ["positiveCosineAlong"],
  "nn/src/layers/recurrent.ts": ["checkRecurrent", "recurrentWeights"],
  "nn/src/layers/sequential.ts": ["Sequential"],
  "nn/src/layers/stacked.ts": ["Stacked"],
  "nn/src/losses/class-log-probabilities.ts": ["classLogProbabilities"],
  "nn/src/losses/class-targets.ts": ["classTargets"],
  "nn/src/losses/reduction.ts": ["checkAlike", "checkReduction", "reduced"],
  "nn/src/optimizers/share-memory.ts": ["shareMemory"],
  "nn/src/optimizers/optimizer-of.ts": ["optimizerOf"],
  "nn/src/optimizers/optimizer.ts": [
    "checkGradients",
    "checkParameters",
    "checkReadable",
    "checkTensors",
    "checkWritable",
  ],
  "nn/src/optimizers/settings.ts": ["checkDecays", "checkEpsilon", "checkPenalty", "checkRate"],
  "nn/src/optimizers/update.ts": ["numbered", "updateInPlace"],
};

it("differentiates within 150 lines", () => {
  expect(read("autograd/src/tape.ts").trimEnd().split("\n").length).toBeLessThanOrEqual(150);
});

describe.each([
  { name: "autograd", surface: autograd },
  { name: "nn", surface: nn },
])("the surface of $name", async ({ name, surface }) => {
  const sources = files(`${name}/src`, isSource);
  const own = Object.keys(surface).filter((exported) => !(exported in tensor));
  const tests = [...files(`${name}/src`, /\.test\.ts$/), ...files(`${name}/test`, /\.ts$/)].map(read);

  for (const file of sources) {
    const exported = Object.keys(await import(/* @vite-ignore */ `../packages/${file}`));
    it(`has what ${file} exports, but for what only other modules use`, () => {
      const known = [...Object.keys(surface), ...(internal[file] ?? [])];
      expect(exported.filter((each) => !known.includes(each))).toEqual([]);
    });
  }

  it.each(own)("has a doc comment where it is declared: %s", (exported) => {
    const declared = new RegExp(
      `\\*/\\n(/\\* @__NO_SIDE_EFFECTS__ \\*/\\n)?export (const|function|class) ${exported}\\b`,
    );
    expect(sources.filter((file) => declared.test(read(file)))).toHaveLength(1);
  });

  it.each(own)("is named by a test: %s", (exported) => {
    const word = new RegExp(`\\b${exported}\\b`);
    expect(tests.some((test) => word.test(test))).toBe(true);
  });
});

describe("the surface of autograd", () => {
  const promised = "grad valueAndGrad vjp jvp hvp jacobian hessian stopGradient customVjp checkpoint gradcheck";

  it.each(promised.split(" "))("has %s", (name) => {
    expect(Reflect.get(autograd, name)).toBeTypeOf("function");
  });

  it.each(Object.keys(tensor))("brings the tensor package's %s with it", (name) => {
    expect(Reflect.get(autograd, name)).toBe(Reflect.get(tensor, name));
  });
});
