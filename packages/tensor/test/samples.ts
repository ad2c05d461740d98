import { readdirSync } from "node:fs";
import { fold, type Key, key, uniformValues } from "../src/index.js";
import { sizeOf } from "../src/shape.js";
import type { Naive } from "./naive.js";
import type { Sample, Samples, SampleTable } from "./sample.js";

/** The tables that the files `x.samples.ts` beside the operations export, each as `...Samples`. */
async function tables(): Promise<readonly SampleTable[]> {
  const suffix = ".samples.ts";
  const files = readdirSync(new URL("../src/ops/", import.meta.url)).filter((file) => file.endsWith(suffix));
  const found = files.map(async (file) => {
    const module: Readonly<Record<string, SampleTable>> = await import(
      `../src/ops/${file.slice(0, -suffix.length)}.samples.ts`
    );
    const own = Object.keys(module).filter((name) => name.endsWith("Samples"));
    if (own.length === 0) throw new Error(`${file}: no table of samples is exported; name it ...Samples`);
    return own.map((name) => module[name]);
  });
  return (await Promise.all(found)).flat();
}

/** The samples of every operation, by the name under which it is exported. */
export const samples: SampleTable = Object.fromEntries((await tables()).flatMap(Object.entries<Samples>));

/** The name and the samples of every operation. */
export const namedSamples = Object.entries(samples);

/** Values for the inputs of a sample, drawn from its domains; each is exact in float32. */
export function drawn(sample: Sample, seed: number): Naive[] {
  const stream: Key = fold(key(seed), sample.about);
  return sample.inputs.map(({ shape, domain }, position) => {
    const draws = uniformValues(fold(stream, position), sizeOf(shape));
    return { shape, data: Array.from(draws, (draw, index) => Math.fround(domain(draw, index, draws.length))) };
  });
}
