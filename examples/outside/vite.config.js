// Pages that share memory with workers have to be isolated; `ISOLATED=0` shows what becomes of one that is not.
const headers =
  process.env.ISOLATED === "0"
    ? {}
    : { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

export default {
  build: { outDir: "bundled" },
  worker: { format: "es" },
  server: { headers },
  preview: { headers },
};
