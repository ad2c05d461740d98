import type { Library } from "../../case.js";

/** This project's own engine. Each group is loaded when its turn comes, so that the start-up begins with nothing. */
export const ours: Library = {
  matmul: async (spec) => (await import("./matmul.js")).matmulCase(spec),
  elementwise: async (spec) => (await import("./elementwise.js")).elementwiseCase(spec),
  operations: async (spec) => (await import("./operations.js")).operationCase(spec),
  gru: async (spec) => (await import("./gru.js")).gruCase(spec),
  step: async (spec) => (await import("./step.js")).stepCase(spec),
  memory: async (spec) => (await import("./step.js")).memoryCase(spec),
  epoch: async (spec) => (await import("./market.js")).epochCase(spec),
  year: async (spec) => (await import("./market.js")).yearCase(spec),
  features: async (spec) => (await import("./features.js")).featuresCase(spec),
  overhead: async (spec) => (await import("./small.js")).overheadCase(spec),
  chain: async (spec) => (await import("./small.js")).chainCase(spec),
  curvature: async (spec) => (await import("./small.js")).curvatureCase(spec),
  start: () => ({
    measure: async () => {
      const started = performance.now();
      const { matmul, ones } = await import("@factorvae/tensor");
      const product = matmul(ones([8, 8]), ones([8, 8])).data[0];
      if (product !== 8) throw new Error(`bench: the first product is ${product}, not 8`);
      return (performance.now() - started) / 1000;
    },
  }),
  size: async ({ what }) => (await import("../bundle.js")).bundledSize(what === "app" ? app : all),
};

const all = `export * from "@factorvae/autograd";`;
const app = `import { grad, matmul, tensor } from "@factorvae/autograd";
const loss = (x) => matmul(x, x).sum();
console.log(grad(loss)(tensor([1, 2, 3, 4], [2, 2])).data);`;
