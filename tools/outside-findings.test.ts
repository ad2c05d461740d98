import { describe, expect, it } from "vitest";
import {
  complaints,
  disagreements,
  type Findings,
  failures,
  instantiationsIn,
  type Shown,
} from "./outside-findings.js";

const engine = { kernels: "simd", threads: 2, fused: false };
const findings: Findings = {
  engine,
  slope: [0.5, -1],
  curvature: 18,
  hessian: [
    [6, 0],
    [0, 12],
  ],
  digest: 7,
  energy: 0.25,
};
const fused: Findings = { ...findings, engine: { ...engine, kernels: "relaxed-simd", fused: true }, digest: 8 };
const found = (...all: readonly Findings[]) => all.map((one, at) => ({ where: `place ${at}`, findings: one }));

describe("findings that should agree", () => {
  it("agree to the bit where engines round alike, nearly where they do not", () => {
    expect(disagreements(found(findings, fused, findings, fused))).toEqual([]);
    expect(disagreements(found(findings, { ...findings, digest: 8 }))).toEqual([
      expect.stringContaining("place 1 differs from place 0"),
    ]);
    expect(disagreements(found(findings, fused, { ...fused, slope: [0.5, -1.0000001] }))).toEqual([
      expect.stringContaining("place 2 differs from place 1"),
    ]);
    expect(disagreements(found(findings, { ...fused, curvature: 18.001 }))).toEqual([
      expect.stringContaining("place 1 is far from place 0"),
    ]);
    expect(disagreements(found(findings, { ...fused, slope: [0.5] }))).toHaveLength(1);
    expect(disagreements(found(findings, { ...fused, energy: Number.NaN }))).toHaveLength(1);
  });
});

describe("a page", () => {
  const shown: Shown = {
    ...{ served: "bundled", browser: "1.0", isolated: true, cores: 2, threads: 3, problems: [] },
    ...{ auto: fused, plain: findings, onPage: fused },
  };
  const alone = (one: Findings): Findings => ({ ...one, engine: { ...one.engine, threads: 1 } });
  const apart = {
    ...shown,
    isolated: false,
    threads: 0,
    auto: alone(fused),
    plain: alone(findings),
    onPage: alone(fused),
  };

  it("has all cores where it is isolated, one thread where it is not", () => {
    expect(complaints(shown)).toEqual([]);
    expect(complaints(apart)).toEqual([]);
    expect(complaints({ ...shown, isolated: false, threads: 0 })).toHaveLength(3);
    expect(complaints({ ...shown, threads: 2 })).toEqual(["bundled: 2 workers of the engines began, not 3"]);
    expect(complaints({ ...shown, plain: alone(findings) })).toEqual(["bundled, plain: 1 threads, not 2"]);
  });

  it("may say that it has no shared memory where that is so, and nothing else", () => {
    const slower = "@factorvae/tensor: slower than it could be: plain SIMD was asked for; no shared memory";
    expect(complaints({ ...apart, problems: [slower] })).toEqual([]);
    expect(complaints({ ...shown, problems: [slower] })).toEqual([`bundled: ${slower}`]);
    expect(complaints({ ...apart, problems: ["worker 1 is gone"] })).toEqual(["bundled: worker 1 is gone"]);
  });
});

describe("a training", () => {
  it("has to make its loss fall, and scores that are related to the returns", () => {
    expect(failures("here", { losses: [3, 4, 2, 1], correlation: 0.2 })).toEqual([]);
    expect(failures("here", { losses: [1, 2, 3, 4], correlation: 0.2 })).toHaveLength(1);
    expect(failures("here", { losses: [3, 4, 2, Number.NaN], correlation: 0.2 })).toHaveLength(1);
    expect(failures("here", { losses: [3, 4, 2, 1], correlation: Number.NaN })).toHaveLength(1);
    expect(failures("here", { losses: [], correlation: 0.2 })).toHaveLength(1);
  });
});

describe("the cost of type-checking", () => {
  it("is read from the compiler's diagnostics, or is an error", () => {
    expect(instantiationsIn("Types:   12\nInstantiations:       8320\nMemory used: 1K")).toBe(8320);
    expect(() => instantiationsIn("Types: 12")).toThrow("tells no instantiations");
  });
});
