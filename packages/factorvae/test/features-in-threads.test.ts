import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { featureNames } from "../src/data/alpha158-features.js";
import { computeFeatures, type FeatureTable } from "../src/data/feature-table.js";
import { simulate } from "../src/data/simulate.js";
import { buildStore, type StoreSource } from "../src/data/store/build-store.js";
import { type WrittenFeaturesOptions, writtenFeatures } from "../src/data/written-features.js";
import { writeWholeFileFrom } from "../src/run/whole-file.js";

type Threads = typeof import("../src/data/features-in-threads.js") &
  typeof import("../src/data/written-features.js") &
  typeof import("../src/data/store/build-store.js");

/** Threads run JavaScript, which a clone that was not built has none of: their modules are bundled for the test. */
async function bundledInto(folder: string): Promise<Threads> {
  const source = (path: string): string => fileURLToPath(new URL(`../src/data/${path}.ts`, import.meta.url));
  const callers = ["features-in-threads", "written-features", "build-store"];
  const paths = ["features-in-threads", "features-worker", "written-features", "written-features-worker"];
  paths.push("store/build-store", "store/store-worker");
  const bundle = await rolldown({
    input: Object.fromEntries(paths.map((path) => [basename(path), source(path)])),
    platform: "node",
  });
  await bundle.write({ dir: folder, entryFileNames: "[name].js" });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const modules = callers.map((name) => import(/* @vite-ignore */ pathToFileURL(join(folder, `${name}.js`)).href));
  return Object.assign({}, ...(await Promise.all(modules)));
}

const bytesOf = ({ values }: FeatureTable): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** What `writtenFeatures` gives, in one piece. */
async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const copies: Buffer[] = [];
  for await (const piece of pieces) copies.push(Buffer.from(piece));
  return Buffer.concat(copies);
}

const { panel } = simulate({ seed: 5, stocks: 24, days: 600 });
const choice = { names: featureNames, expressions: { own: "Corr($close, $volume, 12) / Mean($close, 7)" } };

describe("features computed by threads", () => {
  const folder = mkdtempSync(join(tmpdir(), "features-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  let threads: Threads;
  beforeAll(async () => {
    threads = await bundledInto(folder);
  });

  test.each([1, 2, 3])("are the same bits at %i threads", async (count) => {
    const alone = computeFeatures(panel, choice);
    const table = await threads.computeFeaturesInThreads(panel, choice, { threads: count });
    expect(table.names).toEqual(alone.names);
    // Memory is shared where there are threads: a small table would be left to the caller.
    expect(table.values.buffer instanceof SharedArrayBuffer).toBe(count > 1);
    expect(bytesOf(table).equals(bytesOf(alone))).toBe(true);
  });

  test.each([
    ["parquet", 2],
    ["parquet", 3],
    ["csv", 2],
  ] as const)("written by them as %s are the same bytes at %i threads", async (format, count) => {
    const options: WrittenFeaturesOptions = { format, threads: count, blockRows: 1000 };
    const alone = await whole(writtenFeatures(panel, choice, { ...options, threads: 1 }));
    expect(alone.length).toBeGreaterThan(panel.rows.used * choice.names.length);
    expect((await whole(threads.writtenFeatures(panel, choice, options))).equals(alone)).toBe(true);
  });

  test("kept in a store by them are the same bytes", async () => {
    const names = ["KLEN", "STD20", "CORR10"];
    const { dates, symbols, fields, present } = panel;
    const source: StoreSource = {
      panel,
      sheet: { names, dates, symbols, fields, members: present },
      choice: { names },
      processors: [{ kind: "robust-z-score" }, { kind: "fill-zero" }],
      clip: 3,
      isTraining: dates.map((_, date) => date < 300),
      identity: "of a test",
    };
    const paths = [1, 3].map((count) => join(folder, `store-${count}`));
    (await buildStore(paths[0], source, 1)).close();
    (await threads.buildStore(paths[1], source, 3)).close();
    expect(readFileSync(paths[1]).equals(readFileSync(paths[0]))).toBe(true);
  });

  test.each([
    ["throws", 'throw new Error("out of luck");', "out of luck"],
    ["ends", "process.exit(3);", "it ended with code 3"],
  ])("a thread that %s is an error that says so", async (_, program, reason) => {
    const broken = mkdtempSync(join(folder, "broken-"));
    const { computeFeaturesInThreads, writtenFeatures: writtenByThreads } = await bundledInto(broken);
    for (const name of ["features-worker", "written-features-worker"])
      writeFileSync(join(broken, `${name}.js`), program);
    const message = `features: a thread failed (${reason})`;
    await expect(computeFeaturesInThreads(panel, choice, { threads: 2 })).rejects.toThrow(message);
    const path = join(broken, "table.parquet");
    const written = writeWholeFileFrom(
      path,
      writtenByThreads(panel, choice, { format: "parquet", threads: 2, blockRows: 1000 }),
    );
    await expect(written).rejects.toThrow(message);
    expect(readdirSync(broken).filter((name) => name.includes("table.parquet"))).toEqual([]);
  });
});
