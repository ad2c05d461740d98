import { workerData } from "node:worker_threads";
import { computableFeatures } from "./feature-choice.js";
import { writeSymbol } from "./feature-table.js";
import type { FeaturesTask } from "./features-in-threads.js";

// A thread of `computeFeaturesInThreads`: takes symbols until none is left.
const { fields, present, dates, symbols, choice, values, next } = workerData as FeaturesTask;
const features = computableFeatures({ fields }, choice, "refuse");
for (let symbol = Atomics.add(next, 0, 1); symbol < symbols; symbol = Atomics.add(next, 0, 1))
  writeSymbol({ fields, present, dates: { length: dates } }, symbol, features, values);
