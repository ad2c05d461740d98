import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import type { Measured } from "../case.js";

/** The modules that a program becomes, with all that it imports, for a browser. */
export async function bundled(program: string, { minify }: { readonly minify: boolean }): Promise<string[]> {
  const name = "\0program";
  const here = fileURLToPath(import.meta.url);
  const bundle = await rolldown({
    input: name,
    platform: "browser",
    // A program without a file of its own, which finds packages as this file does.
    plugins: [
      {
        name: "program",
        resolveId(id, importer) {
          if (id === name) return name;
          return importer === name ? this.resolve(id, here) : null;
        },
        load: (id) => (id === name ? program : null),
      },
    ],
    onLog: () => {},
  });
  // What an application loads has no use for notes to bundlers.
  const { output } = await bundle.generate({ minify, comments: !minify });
  return output.flatMap((part) => (part.type === "chunk" ? [part.code] : []));
}

/** The size in bytes of a program, bundled, minified and gzipped, and of other files that it loads. */
export function bundledSize(program: string, besides: readonly string[] = []): Measured {
  return {
    measure: async () => {
      const codes = (await bundled(program, { minify: true })).map((code) => Buffer.from(code));
      const files = besides.map((path) => readFileSync(fileURLToPath(import.meta.resolve(path))));
      return [...codes, ...files].reduce((sum, bytes) => sum + gzipSync(bytes).length, 0);
    },
  };
}
