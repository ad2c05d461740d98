/** What a spawned process runs: `node process.js LIBRARY JOB`, the job as JSON; prints its readings as JSON. */
import { libraryOf } from "./libraries/index.js";
import { type Job, readingsOf } from "./readings.js";

const [, , name, text] = process.argv;
const job: Job = JSON.parse(text);
const readings = await readingsOf(await libraryOf(name), job);
process.stdout.write(`${JSON.stringify(readings)}\n`, () => process.exit());
