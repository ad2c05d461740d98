/** The code blocks of a Markdown text that bear a language. */
export function codeBlocks(text: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms");
  return [...text.matchAll(fence)].map(([, code]) => code);
}

/** The targets of a Markdown text's links that lead to files of its own repository. */
export function fileLinks(text: string): string[] {
  const prose = text.replaceAll(/^```.*?^```$/gms, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^(\w+:|#)/.test(target));
}

/** Whether a text stands in another as whole, consecutive lines. */
export const isPassage = (passage: string, text: string): boolean => `\n${text}`.includes(`\n${passage}`);
