import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL("type-errors/", import.meta.url));
const programs = readdirSync(folder).filter((file) => file.endsWith(".ts"));
const compiler = join(dirname(fileURLToPath(import.meta.resolve("typescript/package.json"))), "bin", "tsc");

/** What the compiler says of each program: the lines that begin with its name, and those indented below them. */
function messages(): ReadonlyMap<string, string> {
  const { stdout } = spawnSync(process.execPath, [compiler, "-p", folder, "--pretty", "false"], { encoding: "utf8" });
  const found = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of stdout.split("\n").filter((each) => each !== "")) {
    const [, file, message] = /([^/\\]+\.ts)\(\d+,\d+\): (.*)/.exec(line) ?? [];
    if (file !== undefined) {
      lines = found.get(file) ?? [];
      found.set(file, lines);
    }
    // How many methods a tensor has is none of the message's business.
    lines.push((message ?? line).replace(/and \d+ more/, "and more"));
  }
  return new Map([...found].map(([file, said]) => [file, said.join("\n")]));
}

describe("what the compiler says of the likeliest mistakes", () => {
  const said = messages();

  it("concerns these programs and no others: the library itself is without fault", () => {
    expect([...said.keys()].toSorted()).toEqual(programs.toSorted());
  });

  it.each(programs)("is short enough to read: %s", (program) => {
    const lines = said.get(program)?.split("\n") ?? [];
    expect(lines.length).toBeLessThanOrEqual(11);
    expect(lines.filter((line) => line.length > 140)).toEqual([]);
  });

  it.each(programs)("has not changed: %s", async (program) => {
    await expect(`${said.get(program)}\n`).toMatchFileSnapshot(`type-errors/${program.replace(/\.ts$/, ".txt")}`);
  });
});
