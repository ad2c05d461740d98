/** A fenced block of a Markdown text. */
export interface Fence {
  /** What the fence says of it, as `ts`; empty where it says nothing. */
  readonly language: string;
  readonly code: string;
  /** Where the block begins in the text, from 1. */
  readonly line: number;
}

/**
 * The fenced blocks of a Markdown text, whatever they are fenced by, indented ones (of lists) without their indent.
 *
 * @throws Error naming the line of a fence that is never closed: what follows it would look like code to some, like prose to others.
 */
export function fences(text: string): Fence[] {
  const found: Fence[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const [, indent, fence, language] = /^( *)(`{3,}|~{3,})(.*)$/.exec(lines[at]) ?? [];
    if (fence === undefined) continue;
    const start = at;
    const isEnd = (line: string): boolean =>
      line.trim().startsWith(fence) && line.trim() === fence[0].repeat(line.trim().length);
    do if (++at === lines.length) throw new Error(`line ${start + 1}: the fence ${fence} is never closed`);
    while (!isEnd(lines[at]));
    const code = lines
      .slice(start + 1, at)
      .map((line) => `${line.startsWith(indent) ? line.slice(indent.length) : line}\n`);
    found.push({ language: language.trim(), code: code.join(""), line: start + 1 });
  }
  return found;
}

/** The code blocks of a Markdown text that bear a language. */
export const codeBlocks = (text: string, language: string): string[] =>
  fences(text)
    .filter((fence) => fence.language === language)
    .map(({ code }) => code);

/** The targets of a Markdown text's links within its own repository: files, and `#headings` of its own. */
export function fileLinks(text: string): string[] {
  const prose = text.replaceAll(/^```.*?^```$/gms, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target).filter((target) => !/^\w+:/.test(target));
}

/** What links may name the headings of a Markdown text by: in small letters, hyphens for blanks, without punctuation. */
export function anchors(text: string): string[] {
  const prose = text.replaceAll(/^```.*?^```$/gms, "");
  return [...prose.matchAll(/^#+ +(.*)$/gm)].map(([, heading]) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Whether a text stands in another as whole, consecutive lines. */
export const isPassage = (passage: string, text: string): boolean => `\n${text}`.includes(`\n${passage}`);
