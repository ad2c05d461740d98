import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

/** What a bundler makes of a program that imports our packages, from their sources: no build is needed. */
export interface Bundle {
  /** The code, as an application would load it where `minify` is asked for. */
  readonly code: string;
  /** Bytes of it, gzipped. */
  readonly bytes: number;
}

/** How to bundle. */
export interface BundleOptions {
  readonly minify?: boolean;
  /** Packages to leave out: the program finds them beside it. */
  readonly external?: readonly RegExp[];
  /** Where it will run: by default in a browser. */
  readonly platform?: "browser" | "node";
}

/**
 * Bundles a program.
 *
 * @throws Error if it imports what does not exist.
 */
export async function bundled(
  program: string,
  { minify = true, external = [], platform = "browser" }: BundleOptions = {},
): Promise<Bundle> {
  const name = "\0program";
  // The one package that has all others at hand; itself it finds by its name.
  const importerOfAll = fileURLToPath(new URL("../packages/factorvae/package.json", here()));
  const bundle = await rolldown({
    ...{ input: name, external: [...external] },
    platform,
    resolve: { conditionNames: ["@factorvae/source", "import", "default"] },
    plugins: [
      {
        name: "program",
        resolveId(id, importer) {
          if (id === name) return name;
          return importer === name ? this.resolve(id, importerOfAll) : null;
        },
        load: (id) => (id === name ? program : null),
      },
    ],
    onLog: () => {},
  });
  const { output } = await bundle.generate({ minify, comments: !minify });
  const code = output.flatMap((part) => (part.type === "chunk" ? [part.code] : [])).join("\n");
  return { code, bytes: gzipSync(code, { level: 9 }).length };
}

/** This file among the sources, also when it runs compiled from `dist`. */
const here = (): string => import.meta.url.replace("/tools/dist/", "/tools/");
