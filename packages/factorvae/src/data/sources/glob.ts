import { readdir } from "node:fs/promises";

const isSpecial = /[*?[\]{}]/;

/** Whether a path is a pattern (`prices/*.csv`, `{2019,2020}/**`) and not the name of one file. */
export const isPattern = (path: string): boolean => isSpecial.test(path);

/** The folder under which everything lies that a pattern can mean; the path itself where it is none. */
export function patternFolder(path: string): string {
  const parts = path.split("/");
  const first = parts.findIndex((part) => isSpecial.test(part));
  if (first < 0) return path;
  const folder = parts.slice(0, first).join("/");
  return folder === "" ? (path.startsWith("/") ? "/" : ".") : folder;
}

/**
 * The files that a pattern means, sorted by code units. `*` and `?` stand for any text and any sign of one name, `**` for
 * any folders, `[a-c]` and `{a,b}` for what they list; a name that begins with a point is only found by a pattern that
 * does, too.
 */
export async function filesOfPattern(pattern: string): Promise<string[]> {
  const root = patternFolder(pattern);
  const isRelative = root === "." && !pattern.startsWith("./");
  const rest = pattern.slice(isRelative ? 0 : root === "/" ? 1 : root.length + 1);
  const found = new Set<string>();
  for (const alternative of alternatives(rest)) {
    await collect(root, isRelative ? "" : root === "/" ? "/" : `${root}/`, alternative.split("/"), found);
  }
  return [...found].sort();
}

async function collect(
  folder: string,
  prefix: string,
  [part, ...rest]: readonly string[],
  found: Set<string>,
): Promise<void> {
  // A folder that is not there, or may not be read, holds nothing that a pattern means.
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const anyDepth = part === "**";
  if (anyDepth && rest.length > 0) await collect(folder, prefix, rest, found);
  const matches = segment(anyDepth ? "*" : part);
  for (const entry of entries) {
    if (!matches(entry.name)) continue;
    const path = `${prefix}${entry.name}`;
    if (rest.length === 0 && !entry.isDirectory()) found.add(path);
    else if (anyDepth && entry.isDirectory()) await collect(path, `${path}/`, ["**", ...rest], found);
    else if (!anyDepth && rest.length > 0 && !entry.isFile()) await collect(path, `${path}/`, rest, found);
  }
}

/** `a{b,c}d` as `abd` and `acd`. */
function alternatives(pattern: string): string[] {
  const braces = /\{([^{}]*)\}/.exec(pattern);
  if (braces === null) return [pattern];
  const [before, after] = [pattern.slice(0, braces.index), pattern.slice(braces.index + braces[0].length)];
  return braces[1].split(",").flatMap((choice) => alternatives(`${before}${choice}${after}`));
}

function segment(part: string): (name: string) => boolean {
  const pattern = part.replace(/\*+|\?|\[!?[^\]]+\]|[\\^$.+()|[\]{}]/g, (sign) => {
    if (sign.startsWith("*")) return ".*";
    if (sign === "?") return ".";
    if (sign.length > 1) return sign.replace(/^\[!/, "[^").replaceAll("\\", "\\\\");
    return `\\${sign}`;
  });
  const whole = new RegExp(`^${pattern}$`, "s");
  return (name) => whole.test(name) && (part.startsWith(".") || !name.startsWith("."));
}
