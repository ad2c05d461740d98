import { describe, expect, it } from "vitest";
import { sampleMarket, samplePanel } from "./predictions.samples.js";
import { withLabels } from "./predictions-labels.js";

describe("withLabels", () => {
  const { panel, predictions } = sampleMarket({ stocks: 6, days: 20, seed: 4 });
  const close = panel.fields.close;
  const labels = close.map((_, at) => (at % 20 < 18 ? close[at + 2] / close[at + 1] - 1 : Number.NaN));

  it("puts each stock-day's label from the panel in its row", () => {
    const unlabelled = { ...predictions, label: predictions.label.map(() => Number.NaN) };
    const result = withLabels(unlabelled, panel, labels);
    expect(result.predictions).toEqual(predictions);
    expect(result.labelled).toBe(6 * 18);
    expect(result.unmatched).toBeUndefined();
  });

  it("keeps scores that the prices do not know, without a label, and counts them", () => {
    const symbol = predictions.symbol.map((name) => (name === "S0002" ? "S0002.X" : name));
    const result = withLabels({ ...predictions, symbol }, panel, labels);
    expect(result.unmatched).toEqual({
      count: 18,
      example: "the score of S0002.X on 2018-01-01: the prices have no symbol S0002.X",
    });
    expect(result.labelled).toBe(5 * 18);
    result.predictions.label.forEach((label, row) => {
      expect(Number.isNaN(label)).toBe(symbol[row] === "S0002.X");
    });
  });

  it("refuses labels of another panel, and scores of another market", () => {
    expect(() => withLabels(predictions, panel, labels.subarray(1))).toThrow("119 labels for 6 symbols x 20 dates");
    const other = samplePanel([[1, 2, 3]], ["1999-01-01", "1999-01-04", "1999-01-05"]);
    expect(() => withLabels(predictions, other, new Float64Array(3))).toThrow(
      "withLabels: none of the 108 scores has a price; first, the score of S0000 on 2018-01-01: the prices have no date " +
        "2018-01-01 (symbols such as S0000, dates 1999-01-01 to 1999-01-05)",
    );
  });
});
