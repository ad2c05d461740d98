import { configDefaults, defineConfig } from "vitest/config";

/** Packages import each other's sources, so that tests need no build. */
const conditions = ["@factorvae/source"];

/** `FACTORVAE_NIGHTLY=1` adds the long proofs, `*.nightly.test.ts`, and more and other cases for each law. */
const nightly = process.env.FACTORVAE_NIGHTLY === "1";
const timeout = nightly ? 3_600_000 : 120_000;

/** Node 20 has fused multiply-adds behind a flag, as the command and the benchmarks switch it on; later versions refuse it. */
const execArgv = process.versions.node.startsWith("20.") ? ["--experimental-wasm-relaxed-simd"] : [];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    execArgv,
    include: ["{packages/*/{src,test},bench/src,examples,tools}/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...(nightly ? [] : ["**/*.nightly.test.ts"])],
    setupFiles: ["./tools/property-runs.ts"],
    provide: { propertyRuns: nightly ? { numRuns: 1000 } : { seed: 7 } },
    reporters: ["default", "./tools/count-reporter.ts"],
    testTimeout: timeout,
    hookTimeout: timeout,
  },
});
