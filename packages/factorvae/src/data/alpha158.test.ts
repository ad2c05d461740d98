import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alpha158 } from "./alpha158.js";
import { featureNames, paperFeatures } from "./alpha158-features.js";
import { type Panel, panelFromFields } from "./panel.js";

const dates = Array.from({ length: 90 }, (_, t) => new Date(Date.UTC(2020, 0, 1 + t)).toISOString().slice(0, 10));
const fieldNames = ["open", "high", "low", "close", "volume"] as const;
type Bars = Record<(typeof fieldNames)[number], number[]>;

/** Series that have broken implementations before: each maps an ordinary series to an adversarial one. */
const adversaries: Readonly<Record<string, (bars: Bars) => Bars>> = {
  ordinary: (bars) => bars,
  constant: (bars) => mapBars(bars, (_, t, name) => bars[name][0] + 0 * t),
  "constant after movement": (bars) => mapBars(bars, (value, t, name) => (t < 40 ? value : bars[name][39])),
  "one tick of a million times the price": (bars) => mapBars(bars, (value, t) => (t === 20 ? value * 1e6 : value)),
  "one value": (bars) => mapBars(bars, (value, t) => (t === 30 ? value : NaN)),
  "two values": (bars) => mapBars(bars, (value, t) => (t === 30 || t === 33 ? value : NaN)),
  "all missing": (bars) => mapBars(bars, () => NaN),
  "no volume traded": (bars) => ({ ...bars, volume: bars.volume.map(() => 0) }),
  "volume now and then": (bars) => ({ ...bars, volume: bars.volume.map((value, t) => (t % 7 < 2 ? 0 : value)) }),
  gaps: (bars) => mapBars(bars, (value, t) => (t % 11 === 3 || (t > 50 && t < 60) ? NaN : value)),
  "missing opens and closes": (bars) => ({
    ...bars,
    open: bars.open.map((value, t) => (t % 5 === 0 ? NaN : value)),
    close: bars.close.map((value, t) => (t % 6 === 0 ? NaN : value)),
  }),
  suspensions: (bars) => ({
    ...bars,
    volume: bars.volume.map((value, t) => (t % 9 === 4 ? 0 : value)),
    close: bars.close.map((value, t) => (t % 9 === 4 ? NaN : value)),
  }),
};

function mapBars(bars: Bars, change: (value: number, t: number, name: keyof Bars) => number): Bars {
  const of = (name: keyof Bars) => bars[name].map((value, t) => change(value, t, name));
  return { open: of("open"), high: of("high"), low: of("low"), close: of("close"), volume: of("volume") };
}

const ordinaryBars = fc
  .array(fc.tuple(fc.double({ min: -0.1, max: 0.1, noNaN: true }), fc.double({ min: 0, max: 0.05, noNaN: true })), {
    minLength: dates.length,
    maxLength: dates.length,
  })
  .map((moves): Bars => {
    let price = 50;
    const close = moves.map(([move]) => {
      price *= 1 + move;
      return price;
    });
    return {
      close,
      open: close.map((value, t) => value * (1 + moves[t][1] - 0.02)),
      high: close.map((value, t) => value * (1.04 + moves[t][1])),
      low: close.map((value, t) => value * (0.96 - moves[t][1])),
      volume: close.map((_, t) => Math.round(1e6 * (1 + 5 * moves[t][1]))),
    };
  });
const anyBars = fc
  .tuple(ordinaryBars, fc.constantFrom(...Object.keys(adversaries)))
  .map(([bars, name]) => adversaries[name](bars));

function panelOf(stocks: readonly Bars[], from = 0, to = dates.length): Panel {
  const fields = fieldNames.map((name) => [
    name,
    Float64Array.from(stocks.flatMap((bars) => bars[name].slice(from, to))),
  ]);
  return panelFromFields(
    dates.slice(from, to),
    stocks.map((_, n) => `S${n}`),
    Object.fromEntries(fields),
  );
}

// The oracle: each value from slices of plain arrays, by the words of the formulas.
const mean = (x: number[]) => x.reduce((sum, value) => sum + value, 0) / x.length;
function covariance(x: number[], y: number[]): number {
  const [meanX, meanY] = [mean(x), mean(y)];
  return x.length < 2 ? NaN : x.reduce((sum, value, i) => sum + (value - meanX) * (y[i] - meanY), 0) / (x.length - 1);
}

const deviation = (x: number[]) => Math.sqrt(covariance(x, x));
const still = (x: number[]) => x.length < 2 || deviation(x) <= 1e-6 * mean(x.map(Math.abs));
const there = (x: number[]) => x.filter((value) => !Number.isNaN(value));
const finiteOrMissing = (value: number) => (Number.isFinite(value) ? value : NaN);
const previous = (x: number[]) => [NaN, ...x.slice(0, -1)];

function correlationOf(x: number[], y: number[]): number {
  const both = x.map((_, i) => i).filter((i) => !Number.isNaN(x[i] + y[i]));
  const [a, b] = [both.map((i) => x[i]), both.map((i) => y[i])];
  return still(a) || still(b) ? NaN : covariance(a, b) / (deviation(a) * deviation(b));
}

function derived(bars: Bars) {
  const { close: C } = bars;
  const V = bars.volume.map((value, s) => (value === 0 && Number.isNaN(C[s]) ? NaN : value));
  const over = (x: number[]) => {
    const before = previous(x);
    return x.map((value, s) => value / before[s]);
  };
  const ratio = over(C);
  return {
    ...bars,
    V,
    ratio,
    logVolume: V.map((value) => Math.log(value + 1)),
    logRatio: over(V).map((value) => finiteOrMissing(Math.log(value + 1))),
    moves: ratio.map((value, s) => Math.abs(value - 1) * V[s]),
  };
}

const changesOf = (x: number[]) => x.map((value, s) => (s === 0 ? NaN : value - x[s - 1]));
const extreme = (of: (...x: number[]) => number, x: number[]) => (there(x).length > 0 ? of(...there(x)) : NaN);

/** The positions, of which the newest is `d`, and values of what is present. */
function placed(window: number[], d: number): [number[], number[]] {
  return [window.map((_, i) => i + 1 + d - window.length).filter((_, i) => !Number.isNaN(window[i])), there(window)];
}

function quantile(x: number[], share: number): number {
  const ordered = x.toSorted((a, b) => a - b);
  const place = (x.length - 1) * share;
  const [below, above] = [ordered[Math.floor(place)], ordered[Math.ceil(place)]];
  return x.length === 0 ? NaN : below + (above - below) * (place - Math.floor(place));
}

function shareOfChanges(kind: string, changes: number[]): number {
  const sum = (x: number[]) => x.reduce((total, value) => total + value, 0);
  const gains = sum(changes.filter((value) => value > 0));
  const losses = -sum(changes.filter((value) => value < 0));
  if (changes.length === 0) return NaN;
  return (kind === "P" ? gains : kind === "N" ? losses : gains - losses) / (sum(changes.map(Math.abs)) + 1e-12);
}

function bruteForce(name: string, bars: ReturnType<typeof derived>, t: number): number {
  const { open: O, high: H, low: L, close: C, V } = bars;
  const [, operator, digits] = /^([A-Z]+?)(\d*)$/.exec(name) ?? [];
  const d = Number(digits);
  const last = (x: number[]) => x.slice(Math.max(0, t + 1 - d), t + 1);
  const range = H[t] - L[t] + 1e-12;
  const [highest, lowest] = [extreme(Math.max, last(H)), extreme(Math.min, last(L))];
  const changes = last(changesOf(C));
  const [rises, falls] = [changes.filter((value) => value > 0).length, changes.filter((value) => value < 0).length];
  switch (operator) {
    case "KMID":
      return (C[t] - O[t]) / (digits ? range : O[t]);
    case "KLEN":
      return (H[t] - L[t]) / O[t];
    case "KUP":
      return (H[t] - Math.max(O[t], C[t])) / (digits ? range : O[t]);
    case "KLOW":
      return (Math.min(O[t], C[t]) - L[t]) / (digits ? range : O[t]);
    case "KSFT":
      return (2 * C[t] - H[t] - L[t]) / (digits ? range : O[t]);
    case "OPEN":
      return O[t] / C[t];
    case "HIGH":
      return H[t] / C[t];
    case "LOW":
      return L[t] / C[t];
    case "MA":
      return mean(there(last(C))) / C[t];
    case "BETA": {
      const [x, y] = placed(last(C), d);
      return y.length < 2 ? NaN : covariance(x, y) / deviation(x) ** 2 / C[t];
    }
    case "MAX":
      return highest / C[t];
    case "MIN":
      return lowest / C[t];
    case "RSV":
      return (C[t] - lowest) / (highest - lowest + 1e-12);
    case "IMAX":
      return (last(H).indexOf(highest) + 1 || NaN) / d;
    case "IMIN":
      return (last(L).indexOf(lowest) + 1 || NaN) / d;
    case "IMXD":
      return (last(H).indexOf(highest) - last(L).indexOf(lowest)) / d + 0 * highest * lowest;
    case "QTLU":
      return quantile(there(last(C)), 0.8) / C[t];
    case "QTLD":
      return quantile(there(last(C)), 0.2) / C[t];
    case "RANK": {
      const others = there(last(C));
      const [less, equal] = [others.filter((value) => value < C[t]), others.filter((value) => value === C[t])];
      return Number.isNaN(C[t]) ? NaN : (less.length + (equal.length + 1) / 2) / others.length;
    }
    case "CNTP":
      return rises / last(C).length;
    case "CNTN":
      return falls / last(C).length;
    case "CNTD":
      return (rises - falls) / last(C).length;
    case "SUMP":
    case "SUMN":
    case "SUMD":
      return shareOfChanges(operator.slice(-1), there(last(changesOf(C))));
    case "VSUMP":
    case "VSUMN":
    case "VSUMD":
      return shareOfChanges(operator.slice(-1), there(last(changesOf(V))));
    case "VMA":
      return mean(there(last(V))) / (V[t] + 1e-12);
    case "ROC":
      return t >= d ? C[t - d] / C[t] : NaN;
    case "STD":
      return deviation(there(last(C))) / C[t];
    case "VSTD":
      return deviation(there(last(V))) / (V[t] + 1e-12);
    case "WVMA": {
      const moves = there(last(bars.moves));
      return deviation(moves) / (mean(moves) + 1e-12);
    }
    case "CORR":
      return correlationOf(last(C), last(bars.logVolume));
    case "CORD":
      return correlationOf(last(bars.ratio), last(bars.logRatio));
    case "RSQR":
    case "RESI": {
      const [x, y] = placed(last(C), d);
      if (operator === "RSQR") return still(y) ? NaN : (covariance(x, y) / (deviation(x) * deviation(y))) ** 2;
      const slope = covariance(x, y) / deviation(x) ** 2;
      return (C[t] - (mean(y) + slope * (d - mean(x)))) / C[t];
    }
    default:
      throw new Error(`no oracle for ${name}`);
  }
}

function agrees(actual: number, expected: number): boolean {
  if (Number.isNaN(expected)) return Number.isNaN(actual);
  return Math.abs(actual - expected) <= Math.max(1e-7, 1e-5 * Math.abs(expected));
}

const bitsOf = (values: Float32Array, from: number, count: number) =>
  new Uint32Array(values.buffer, values.byteOffset + 4 * from, count).join();

/** A series that moves in every field, so that no feature of a full window is missing. */
const waves = mapBars(
  {
    open: dates.map(() => 50),
    high: dates.map(() => 53),
    low: dates.map(() => 48),
    close: dates.map(() => 51),
    volume: dates.map(() => 1e6),
  },
  (value, t, name) => value * (1 + 0.01 * Math.sin(t * (name === "volume" ? 1.7 : 0.9) + t * t)),
);

describe("alpha158", () => {
  test.each(Object.keys(adversaries))(
    "every feature of a series '%s' is what a plain evaluation gives",
    (adversary) => {
      fc.assert(
        fc.property(ordinaryBars, (ordinary) => {
          const bars = adversaries[adversary](ordinary);
          const table = alpha158(panelOf([bars, ordinary]), featureNames);
          const series = derived(bars);
          const disagreements: string[] = [];
          for (let t = 0; t < dates.length; t++) {
            const hasRow = fieldNames.some((name) => !Number.isNaN(bars[name][t]));
            table.names.forEach((name, c) => {
              const expected = hasRow ? finiteOrMissing(bruteForce(name, series, t)) : NaN;
              const actual = table.values[t * table.names.length + c];
              if (!agrees(actual, expected)) disagreements.push(`${name} on day ${t}: ${actual}, expected ${expected}`);
            });
          }
          expect(disagreements).toEqual([]);
        }),
        { numRuns: 6 },
      );
    },
  );

  test("nothing that comes later, and nothing before the window, changes a bit", () => {
    fc.assert(
      fc.property(fc.array(anyBars, { minLength: 1, maxLength: 2 }), fc.nat(20), fc.nat(20), (stocks, late, early) => {
        const whole = alpha158(panelOf(stocks), featureNames);
        const cut = alpha158(panelOf(stocks, early, dates.length - late), featureNames);
        const width = whole.names.length;
        // CORD60 and WVMA60 look 61 dates back: their ratios need the date before the window.
        for (let n = 0; n < stocks.length; n++) {
          for (let t = early === 0 ? 0 : early + 60; t < dates.length - late; t++) {
            const from = (n * dates.length + t) * width;
            const cutFrom = (n * cut.dates.length + t - early) * width;
            const same = bitsOf(cut.values, cutFrom, width) === bitsOf(whole.values, from, width);
            expect(same, `stock ${n}, day ${t}`).toBe(true);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test("the paper's twenty are the default, and each is known", () => {
    const table = alpha158(panelOf([waves, waves]));
    expect(table.names).toEqual(paperFeatures);
    expect(new Set(paperFeatures).size).toBe(20);
    expect(table.values.length).toBe(2 * dates.length * 20);
  });

  test("a date without a row has no features, although its windows hold prices", () => {
    const table = alpha158(panelOf([mapBars(waves, (value, t) => (t === 70 ? NaN : value)), waves]));
    expect([...table.values.subarray(70 * 20, 71 * 20)].every(Number.isNaN)).toBe(true);
    expect([...table.values.subarray(71 * 20, 72 * 20)].some(Number.isNaN)).toBe(false);
  });

  test("without volume the features that need it are refused by name, or left out", () => {
    const { volume, ...fields } = panelOf([waves, waves]).fields;
    expect(volume.length).toBe(2 * dates.length);
    const panel = panelFromFields(dates, ["A", "B"], fields);
    expect(() => alpha158(panel)).toThrow(
      "features: the prices have no volume, which WVMA5, CORR5, CORD5, CORR10, VSTD5, CORR60, WVMA60, CORD60, CORD10, CORR20 need",
    );
    const { names } = alpha158(panel, paperFeatures, { missingVolume: "leave-out" });
    expect(names).toEqual(["RESI5", "RSQR5", "KLEN", "RSQR10", "ROC60", "RESI10", "RSQR60", "STD5", "RSQR20", "KLOW"]);
    const { open, ...withoutOpen } = fields;
    expect(open.length).toBe(2 * dates.length);
    expect(() => alpha158(panelFromFields(dates, ["A", "B"], withoutOpen), ["KLEN"])).toThrow(
      /no open, which KLEN needs/,
    );
  });

  test("unknown and repeated names are refused", () => {
    const panel = panelFromFields(dates, [], {});
    expect(() => alpha158(panel, ["klen"])).toThrow('features: there is no feature "klen"; did you mean "KLEN"?');
    expect(() => alpha158(panel, ["NOISE5"])).toThrow(/no feature "NOISE5"; there are KMID, KLEN, KMID2/);
    expect(() => alpha158(panel, ["KLEN", "KLEN"])).toThrow(/asked for twice/);
  });
});
