import { defineConfig } from "vitest/config";

const conditions = ["@factorvae/source"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ["packages/*/{src,test}/**/*.test.ts", "bench/src/**/*.test.ts"],
    reporters: ["default", "./tools/count-reporter.ts"],
    testTimeout: 120_000,
  },
});
