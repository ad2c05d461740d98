import { indices, key, normal, readSafetensors, type Tensor, writeSafetensors } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../tensor/test/runs.js";
import { training } from "./resumed-example.js";

/** The rows of a step, and whether the sum of each is positive. */
function batch(step: number) {
  const x = normal(key(1000 + step), [32, 4]);
  return { x, classes: indices(x.sum(1).data.map((total: number) => (total > 0 ? 1 : 0))) };
}

function steps(run: ReturnType<typeof training>, from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => {
    const { x, classes } = batch(from + at);
    return run.step(x, classes);
  });
}

/** What a file gives back. */
const throughFile = (state: Readonly<Record<string, Tensor>>): Record<string, Tensor> => ({
  ...readSafetensors(writeSafetensors(state)).tensors,
});

const numbers = (saved: ReturnType<ReturnType<typeof training>["save"]>): unknown[] => [
  ...[saved.model, saved.optimizer, saved.average].map((state) =>
    Object.entries(state).map(([name, tensor]) => [name, tensor.toArray()]),
  ),
  saved.rate,
];

describe("a training of model, optimizer, average, batch statistics and plateau", () => {
  it("saved, loaded into a fresh one and gone on with ends in the same bits as one that never stopped", () => {
    const count = fc.integer({ min: 1, max: 15 });
    fc.assert(
      fc.property(count, count, (before, after) => {
        const [uninterrupted, first, resumed] = [training(1), training(1), training(50)];
        const losses = steps(uninterrupted, 0, before + after);
        expect(steps(first, 0, before)).toEqual(losses.slice(0, before));
        const { model, optimizer, average, rate } = first.save();
        resumed.load({
          model: throughFile(model),
          optimizer: throughFile(optimizer),
          average: throughFile(average),
          rate,
        });
        expect(steps(resumed, before, before + after)).toEqual(losses.slice(before));
        expect(numbers(resumed.save())).toEqual(numbers(uninterrupted.save()));
      }),
      runs(15),
    );
  });

  it("learns, and predicts by the running statistics, each row by itself", () => {
    const run = training(1);
    steps(run, 0, 150);
    const { x, classes } = batch(9999);
    const scores = run.predict(x).toArray();
    const right = scores.filter(([no, yes], row) => (yes > no ? 1 : 0) === classes.data[row]).length;
    expect(right).toBeGreaterThanOrEqual(29);
    expect(run.predict(x.slice(0, 3, 4).as([1, 4])).toArray()).toEqual([scores[3]]);
  });
});
