import fc from "fast-check";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { counted, decimal, percent, whole } from "./format.js";
import { html, trusted } from "./html.js";

describe("html", () => {
  it("shows any text as it is, in content and in attributes, and never as markup", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."<>&\"' abc=/;#") }), (text) => {
        const { document } = parseHTML(`<body>${html`<p title="${text}">${text}</p>`.markup}</body>`);
        expect(document.querySelectorAll("*").length).toBe(2);
        expect(document.querySelector("p")?.textContent).toBe(text);
        expect(document.querySelector("p")?.getAttribute("title")).toBe(text);
      }),
    );
  });

  it("inserts markup and lists of it unchanged, and nothing for what is absent", () => {
    const items = ["a<b", "c"].map((text) => html`<li>${text}</li>`);
    expect(html`<ul>${items}</ul>${undefined}${false}${0}${trusted("<hr>")}`.markup).toBe(
      "<ul><li>a&lt;b</li><li>c</li></ul>0<hr>",
    );
  });
});

describe("formatting", () => {
  it("writes true minus signs, no negative zero, and a dash for what is absent", () => {
    expect([decimal(-1.234, 2), decimal(-0.0001, 2), decimal(undefined, 2), decimal(Number.NaN, 1)]).toEqual([
      "−1.23",
      "0.00",
      "–",
      "–",
    ]);
    expect([percent(0.0531), percent(-0.2, 0), percent(undefined)]).toEqual(["5.3\u202f%", "−20\u202f%", "–"]);
    expect([percent(1e59), decimal(-2e15, 3)]).toEqual(["1.0e+61\u202f%", "−2.0e+15"]);
    expect([counted(1, "date"), counted(2000, "date")]).toEqual(["1 date", "2\u202f000 dates"]);
    expect([whole(1234567), whole(-1000), whole(999), whole(0)]).toEqual([
      "1\u202f234\u202f567",
      "−1\u202f000",
      "999",
      "0",
    ]);
  });
});
