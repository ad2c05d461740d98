import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bytesOf, pricesFile, runCommand, smallSettings, temporaryFolder, trainedRun } from "./command.samples.js";

const json = (...path: readonly string[]) => JSON.parse(bytesOf(...path).toString());

/** Prices, and a calendar without their tenth date. */
function calendarBeside(folder: string) {
  const prices = pricesFile(folder);
  const [header, ...rows] = readFileSync(prices, "utf8").trimEnd().split("\n");
  const dateAt = header.split(",").indexOf("date");
  const dateOf = (row: string): string => row.split(",")[dateAt];
  const dates = [...new Set(rows.map(dateOf))].sort();
  const holiday = dates[9];
  const calendar = join(folder, "days.csv");
  writeFileSync(calendar, `${dates.filter((date) => date !== holiday).join("\n")}\n`);
  const without = join(folder, "without.csv");
  writeFileSync(without, `${[header, ...rows.filter((row) => dateOf(row) !== holiday)].join("\n")}\n`);
  return { prices, calendar, without, dates, holiday, left: rows.filter((row) => dateOf(row) === holiday).length };
}

describe("data.calendar", () => {
  it("drops and counts rows of other dates, so that a run is that of prices without them, in train and predict alike", async () => {
    const folder = temporaryFolder();
    const { prices, calendar, without, holiday, left } = calendarBeside(folder);
    const run = await trainedRun(folder, prices, ["--set", `data.calendar=${calendar}`]);
    const bare = join(folder, "bare");
    await runCommand(["train", "--data", without, "--out", bare, ...smallSettings]);
    expect(bytesOf(run, "predictions.csv")).toEqual(bytesOf(bare, "predictions.csv"));
    expect(json(run, "config.json").input.calendar).toEqual({
      file: "days.csv",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const { rows, notes } = json(run, "summary.json");
    expect(rows.dropped.notInCalendar.count).toBe(left);
    expect(notes[0]).toContain(`Rows on dates that the calendar days.csv does not have: ${left}, first prices.csv`);
    expect(rows.read).toBe(rows.used + left);
    expect(readFileSync(join(run, "predictions.csv"), "utf8")).not.toContain(holiday);

    const [scores, bareScores] = [join(folder, "scores.csv"), join(folder, "bare.csv")];
    const predicted = await runCommand(["predict", "--run", run, "--data", prices, "--out", scores]);
    expect(predicted).toMatchObject({ code: 0, stderr: expect.stringContaining("note: Rows on dates") });
    await runCommand(["predict", "--run", bare, "--data", without, "--out", bareScores]);
    expect(bytesOf(scores)).toEqual(bytesOf(bareScores));
    const audited = await runCommand(["audit", "--run", run, "--data", prices, "--json"]);
    expect(audited.code).toBe(0);
    expect(JSON.parse(audited.stdout)).toMatchObject({ sameInput: true, passed: true });
  });

  it("is found where it has moved, is not resumed with other dates, and is refused by a run that has none", async () => {
    const folder = temporaryFolder();
    const { prices, calendar, dates } = calendarBeside(folder);
    const more = ["--set", `data.calendar=${calendar}`];
    const run = await trainedRun(folder, prices, more);
    const moved = join(folder, "moved.csv");
    renameSync(calendar, moved);
    const scores = join(folder, "scores.csv");
    const predict = ["predict", "--run", run, "--data", prices, "--out", scores];
    const gone = await runCommand(predict);
    expect(gone.code).toBe(1);
    expect(gone.stderr).toMatch(/was trained on the calendar .*days\.csv, and there is no such file here; name it/);
    expect(await runCommand([...predict, "--calendar", moved])).toMatchObject({ code: 0 });
    writeFileSync(calendar, `${dates.slice(20).join("\n")}\n`);
    const again = await runCommand(["train", "--data", prices, "--out", run, ...smallSettings, ...more, "--resume"]);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain("was trained on another calendar: days.csv, now days.csv, with other contents");
    const own = await runCommand([...predict.slice(0, -1), calendar]);
    expect(own).toMatchObject({ code: 1, stderr: expect.stringContaining("that the command reads") });
    const none = join(folder, "none");
    await runCommand(["train", "--data", prices, "--out", none, ...smallSettings]);
    expect(
      await runCommand(["predict", "--run", none, "--data", prices, "--out", scores, "--calendar", moved]),
    ).toMatchObject({ code: 1, stderr: expect.stringContaining("the run was trained on the dates of its prices") });
  });

  it("holds for features and inspect, and one that cannot be read is named and nothing written", async () => {
    const folder = temporaryFolder();
    const { prices, calendar, without } = calendarBeside(folder);
    const [out, bare] = [join(folder, "features.csv"), join(folder, "bare.csv")];
    const setting = ["--set", `data.calendar=${calendar}`];
    expect(await runCommand(["features", "--data", prices, "--out", out, ...setting])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("note: Rows on dates"),
    });
    await runCommand(["features", "--data", without, "--out", bare]);
    expect(bytesOf(out)).toEqual(bytesOf(bare));
    const inspected = await runCommand(["inspect", "--data", prices, "--json", ...setting]);
    expect(JSON.parse(inspected.stdout)).toMatchObject({ dates: 149 });
    writeFileSync(calendar, "2013-01-01\nholiday\n");
    const broken = await runCommand(["features", "--data", prices, "--out", join(folder, "no.csv"), ...setting]);
    expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining('days.csv, line 2, value "holiday"') });
    expect(() => readFileSync(join(folder, "no.csv"))).toThrow("ENOENT");
  });
});
