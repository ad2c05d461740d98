import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Packages that are measured beside ours. */
const packages = ["@tensorflow/tfjs-backend-wasm", "@jax-js/jax", "onnxruntime-web", "ml-matrix"] as const;

/** The versions of the measured packages, as they are installed. */
export const versionsOf = (): Record<string, string> =>
  Object.fromEntries(
    packages.map((name): [string, string] => {
      const description = new URL(`../node_modules/${name}/package.json`, import.meta.url);
      const { version }: { readonly version: string } = JSON.parse(readFileSync(description, "utf8"));
      return [name, version];
    }),
  );

/** The commit of the sources, shortened; undefined outside a repository. */
export function commit(): string | undefined {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}
