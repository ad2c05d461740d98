/** A piece of HTML that is safe to insert as it stands. */
export interface Markup {
  readonly markup: string;
}

/** What may stand in an `html` template; nothing is written for `undefined` and `false`. */
export type Content = string | number | Markup | readonly Content[] | undefined | false;

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A template of HTML in which every text and number is escaped; markup goes in as it is, lists one after the other. */
export function html(pieces: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return { markup: pieces.reduce((text, piece, index) => text + markupOf(contents[index - 1]) + piece) };
}

/** Trusts a text to be HTML: for what our own code drew, never for text of the user's. */
export function trusted(markup: string): Markup {
  return { markup };
}

function markupOf(content: Content): string {
  if (content === undefined || content === false) return "";
  if (typeof content === "object") return "markup" in content ? content.markup : content.map(markupOf).join("");
  return String(content).replace(/[&<>"']/g, (character) => escapes[character]);
}
