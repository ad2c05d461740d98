import { workerData } from "node:worker_threads";
import { computeSymbols, type FeaturesTask } from "./features-in-threads.js";

// A thread of `computeFeaturesInThreads`.
computeSymbols(workerData as FeaturesTask);
