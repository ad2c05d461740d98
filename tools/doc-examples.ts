/** An `@example` of a doc comment. */
export interface DocExample {
  /** Where it stands, as a path from the root. */
  readonly file: string;
  /** What the doc comment is about. */
  readonly name: string;
  readonly code: string;
}

/** The name in the first line or two of a declaration. */
const declared = /^(?:(?:export|async|const|function|class|interface|type|readonly|static) |\/\*.*?\*\/\s*)*(\w+)/;

/**
 * The examples in the doc comments of a source: what follows `@example`, on its line and below, to the next tag or the comment's end.
 *
 * @throws Error naming the file, if a comment with an example stands before nothing that has a name.
 */
export function docExamples(file: string, source: string): DocExample[] {
  return [...source.matchAll(/\/\*\*(.*?)\*\/\s*(?=([^\n]*\n[^\n]*))/gs)].flatMap(([, comment, declaration]) => {
    const tags = comment.replaceAll(/^ *\* ?/gm, "").split(/^ ?@(?=\w)/m);
    return tags
      .filter((tag) => tag.startsWith("example"))
      .map((tag) => {
        const code = tag.slice("example".length).trim();
        const [, name] = declared.exec(declaration) ?? [];
        if (name === undefined) throw new Error(`${file}: an example stands before nothing that has a name:${code}`);
        return { file, name, code };
      });
  });
}

/** A module, by the name that programs import it by, and what it exports. */
export interface Library {
  readonly specifier: string;
  readonly names: ReadonlySet<string>;
}

/**
 * An example as a program of its own: each name that it mentions is imported from the first of the libraries that has it. A last line
 * that is an expression becomes the program's default export.
 */
export function program({ code }: DocExample, libraries: readonly Library[]): string {
  const words = new Set(code.replaceAll(/\/\/.*$|"[^"\n]*"/gm, "").match(/(?<!\.)\b[A-Za-z_]\w*/g));
  const imports = libraries.map(({ specifier, names }) => {
    const wanted = [...words].filter((word) => names.has(word));
    for (const word of wanted) words.delete(word);
    return wanted.length === 0 ? "" : `import { ${wanted.join(", ")} } from ${JSON.stringify(specifier)};\n`;
  });
  const lines = code.split("\n");
  const last = lines.findLastIndex((line) => /^[^\s/})\]]/.test(line));
  if (!/^(const|function|class|type|interface|for|if) /.test(lines[last]))
    lines[last] = `export default ${lines[last]}`;
  return `${imports.join("")}${lines.join("\n")}\nexport {};\n`;
}

/** What an example says that it gives, in the comment at its end: `// 6`, `// ShapeError: ...`. */
export const promised = ({ code }: DocExample): string | undefined => /; \/\/ ([^\n]*)$/.exec(code)?.[1];
