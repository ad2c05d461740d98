import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { panelFrom, panelFromFields } from "./panel.js";

const dates = ["2020-01-02", "2020-01-03"];

describe("panelFromFields", () => {
  test("a row is present wherever any field has a value, and is counted", () => {
    const value = fc.constantFrom(Number.NaN, 1, 2);
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 6, maxLength: 6 }), (cells) => {
        const [close, volume] = [0, 1].map((i) => Float64Array.from(cells, (cell) => cell[i]));
        const panel = panelFromFields(dates, ["A", "B", "C"], { close, volume });
        const held = cells.map(([a, b]) => (Number.isNaN(a) && Number.isNaN(b) ? 0 : 1));
        expect([...panel.present]).toEqual(held);
        const used = held.filter((one) => one === 1).length;
        expect(panel.rows).toEqual({ read: used, used, dropped: {}, noted: {} });
      }),
    );
  });

  test("what breaks a panel's promises is refused with the figures", () => {
    const close = new Float64Array(4);
    expect(() => panelFromFields(dates, ["B", "A"], { close })).toThrow(
      'panelFromFields: symbols must ascend without repeats, but "A" follows "B"; sort them',
    );
    expect(() => panelFromFields([dates[0], dates[0]], ["A", "B"], { close })).toThrow(/dates must ascend/);
    expect(() => panelFromFields(["20200102", "20200103"], ["A", "B"], { close })).toThrow(
      /"20200102" is not an ISO date/,
    );
    expect(() => panelFromFields(dates, ["A"], { close })).toThrow(
      "panelFromFields: close has 4 values, expected 1 symbols x 2 dates = 2",
    );
    expect(() => panelFromFields(dates, ["A", "B"], { close }, new Uint8Array(3))).toThrow(/present has 3 values/);
  });
});

test("panelFrom keeps each symbol's later dates, of groups and universe, too", () => {
  const days = ["2020-01-02", "2020-01-03", "2020-01-06"];
  const panel = {
    ...panelFromFields(days, ["A", "B"], { close: Float64Array.of(1, 2, 3, 4, 5, 6) }),
    groups: { names: ["X", "Y"], of: Int32Array.of(0, 1, 0, 1, -1, 1) },
    universe: { members: Uint8Array.of(1, 0, 1, 0, 0, 1), source: { file: "u.csv", sha256: "" }, notes: [] },
  };
  const later = panelFrom(panel, 1);
  expect(later.dates).toEqual(days.slice(1));
  expect([...later.fields.close]).toEqual([2, 3, 5, 6]);
  expect([...(later.groups?.of ?? [])]).toEqual([1, 0, -1, 1]);
  expect([...(later.universe?.members ?? [])]).toEqual([0, 1, 0, 1]);
  expect(panelFrom(panel, 0)).toBe(panel);
  expect(panelFrom(panel, -1, 4)).toBe(panel);
  const middle = panelFrom(panel, 1, 2);
  expect(middle.dates).toEqual(["2020-01-03"]);
  expect([...middle.fields.close, ...middle.present, ...(middle.groups?.of ?? [])]).toEqual([2, 5, 1, 1, 1, -1]);
});
