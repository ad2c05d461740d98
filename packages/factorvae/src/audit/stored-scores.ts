import { predict } from "../train/predict.js";
import { afterwards } from "./alterations.js";
import { type Check, figure } from "./check.js";
import { otherInputNote } from "./context.js";
import { daysToCutAt } from "./future.js";

/** Share of a day's spread of scores that other kernels' last bits may make. */
const sameShare = 1e-3;

/** Scores some dates again from what was known on them: prices after the day are cut off, the model is the run's. */
export const storedScoresCheck: Check = {
  name: "stored-scores",
  about: "the run's model gives the run's scores again from prices that end on the day",
  run: (context) => {
    const { run, panel, predictions } = context;
    const stored = new Map(predictions.date.map((date, row) => [`${predictions.symbol[row]} on ${date}`, row]));
    const scored = new Set(predictions.date);
    const days = daysToCutAt(context).filter((day) => scored.has(panel.dates[day]));
    let rows = 0;
    let largest = { share: 0, name: "", before: 0, after: 0 };
    for (const day of days) {
      const again = predict(run, afterwards(panel, day, "cut"));
      const spread = Math.max(...again.score) - Math.min(...again.score) || 1;
      again.date.forEach((date, at) => {
        const name = `${again.symbol[at]} on ${date}`;
        const row = stored.get(name);
        if (row === undefined) return;
        rows++;
        const share = Math.abs(predictions.score[row] - again.score[at]) / spread;
        if (share > largest.share) largest = { share, name, before: predictions.score[row], after: again.score[at] };
      });
    }
    if (rows === 0) return { passed: false, detail: "predictions.csv holds no score of a validation or test date" };
    const { share, name, before, after } = largest;
    const detail = `${rows} scores on ${days.length} dates differ by at most ${figure(share)} of their day's spread`;
    if (share <= sameShare) return { passed: true, detail };
    return { passed: false, detail: `${detail} (${name}: ${before}, again ${after})${otherInputNote(context)}` };
  },
};
