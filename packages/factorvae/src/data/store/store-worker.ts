import { workerData } from "node:worker_threads";
import { type StocksTask, writeStocks } from "./write-stocks.js";

// A thread of `buildStore`.
writeStocks(workerData as StocksTask);
