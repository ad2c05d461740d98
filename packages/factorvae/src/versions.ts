import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const manifest = z.object({ name: z.string(), version: z.string() });

/** From `src` and from `dist` alike. */
const ownManifest = fileURLToPath(new URL("../package.json", import.meta.url));

const manifestAt = (path: string) => manifest.parse(JSON.parse(readFileSync(path, "utf8")));

/** The version of this package. */
export const ownVersion = (): string => manifestAt(ownManifest).version;

/** Versions of our packages, as installed, and of Node. */
export function versions(): Record<string, string> {
  const own = manifestAt(ownManifest);
  const folders = createRequire(import.meta.url).resolve.paths("@factorvae/tensor") ?? [];
  const ours = ["tensor", "autograd", "nn"].flatMap((name): [string, string][] => {
    const path = folders.map((folder) => join(folder, "@factorvae", name, "package.json")).find(existsSync);
    return path === undefined ? [] : [[`@factorvae/${name}`, manifestAt(path).version]];
  });
  return { [own.name]: own.version, ...Object.fromEntries(ours), node: process.versions.node };
}
