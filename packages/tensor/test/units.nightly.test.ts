import { expect, it } from "vitest";
import { startEngine } from "../src/index.js";
import { type JudgedName, worstOf } from "./units.js";

const engines = (["plain", "auto"] as const).map((kernels) => startEngine({ kernels, threads: 1 }));

/**
 * Every float32 number there is for the exponential, on which most others stand, and for softplus, which comes nearest to
 * the bound; every 17th for the others, so that all of them take some ten minutes.
 */
const steps: { readonly [name in JudgedName]: number } = {
  exp: 1,
  softplus: 1,
  log: 17,
  log1p: 17,
  expm1: 17,
  tanh: 17,
  sigmoid: 17,
  erf: 17,
};

it.each(Object.entries(steps) as [JudgedName, number][])(
  "%s is within 4 units in the last place over all of float32, in steps of %s",
  (name, step) => {
    const worst = worstOf(
      name,
      engines.map(({ backend }) => backend),
      step,
    );
    worst.forEach(({ units, at }, way) => {
      console.log(`${name}, ${engines[way].info.kernels}: ${units.toFixed(2)} units at ${at}`);
      expect(units, `at ${at}`).toBeLessThanOrEqual(4);
    });
  },
);
