import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ConfigError, type ConfigInput, configSchema, parseConfig, resolveConfig } from "./config.js";
import { paperFeatures } from "./data/alpha158-features.js";

/** The message about settings as a file may hold them: JSON, checked by nobody yet. */
function messageOf(json: string): string {
  try {
    parseConfig(JSON.parse(json));
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error(`${json} was accepted`);
}

describe("resolveConfig", () => {
  it("gives every setting its default", () => {
    const config = resolveConfig();
    expect(config).toEqual(resolveConfig({}));
    expect(config.seed).toBe(7);
    expect(config.features).toEqual({
      names: [...paperFeatures],
      expressions: {},
      columns: [],
      processors: [{ kind: "robust-z-score" }, { kind: "fill-zero" }],
      clip: 3,
    });
    expect(config.features.names).toHaveLength(20);
    expect(config.split).toEqual({ train: 0.6, valid: 0.2, test: 0.2 });
    expect(config.universe).toEqual({ file: null, top: "all", days: 60 });
    expect(config.window).toEqual({ steps: 20, allowMissing: 0 });
    expect(config.model).toMatchObject({ hidden: 20, factors: 8, portfolios: 32, leakySlope: 0.01, sigmaFloor: 1e-3 });
    expect(config.train).toMatchObject({ epochs: 6, firstEpoch: 4, patience: 5, learningRate: 2e-3, clipNorm: 5 });
    expect(config.train).toMatchObject({ daysPerStep: 1, averageDecay: 0.997, gamma: "elbo", warmUpEpochs: 0 });
    expect(config.train).toMatchObject({ likelihood: "analytic", select: "rankIc" });
    expect(config.data).toEqual({
      columns: {},
      dateFormat: "auto",
      missing: [],
      decimalMark: "auto",
      duplicates: "refuse",
      missingVolume: "refuse",
    });
    expect(config.train).toMatchObject({ minimumStocks: 10, minimumDays: 60 });
    expect(config.backtest).toMatchObject({ k: "auto", n: "auto", eta: 0, buyCost: 0.0005, sellCost: 0.0015 });
  });

  it("keeps what is given and fills in the rest, section by section", () => {
    const config = resolveConfig({ seed: 1, train: { epochs: 3, gamma: 0.5 }, data: { columns: { symbol: "Name" } } });
    expect(config).toEqual({
      ...resolveConfig(),
      seed: 1,
      train: { ...resolveConfig().train, epochs: 3, gamma: 0.5 },
      data: { ...resolveConfig().data, columns: { symbol: "Name" } },
    });
  });

  it("resolves what it has resolved to itself, also by way of a file", () => {
    const anySettings: fc.Arbitrary<ConfigInput> = fc.record(
      {
        seed: fc.nat(),
        model: fc.record({ factors: fc.integer({ min: 1, max: 99 }), sigmaFloor: fc.constantFrom(1e-4, 0.1) }),
        train: fc.record({
          gamma: fc.oneof(fc.constant("elbo" as const), fc.nat()),
          daysPerStep: fc.constantFrom(1, 4),
        }),
        split: fc.constantFrom(
          { train: 0.5, valid: 0.25, test: 0.25 },
          { validFrom: "2016-01-01", testFrom: "2017-01-01" },
          { trainDays: 500, validDays: 60, testDays: 20, embargo: 5 },
          { embargo: 5 },
        ),
        backtest: fc.record({ k: fc.oneof(fc.constant("auto" as const), fc.integer({ min: 1, max: 50 })) }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anySettings, (settings) => {
        const config = resolveConfig(settings);
        expect(resolveConfig(config)).toEqual(config);
        expect(resolveConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
      }),
    );
  });

  it("takes some shares, or an embargo alone, with the defaults for the others", () => {
    expect(resolveConfig({ split: { train: 0.7, valid: 0.1 } }).split).toEqual({ train: 0.7, valid: 0.1, test: 0.2 });
    expect(resolveConfig({ split: { embargo: 5 } }).split).toEqual({ train: 0.6, valid: 0.2, test: 0.2, embargo: 5 });
  });

  it("gives each call settings of its own", () => {
    const first = resolveConfig();
    first.features.names.push("KMID");
    first.data.columns.symbol = "Name";
    first.train.epochs = 99;
    expect(resolveConfig().features.names).toHaveLength(20);
    expect(resolveConfig().data.columns).toEqual({});
    expect(resolveConfig().train.epochs).toBe(6);
  });
});

describe("a setting that cannot be is one sentence with its path, what stands there and what is possible:", () => {
  const sentences: readonly (readonly [json: string, sentence: string])[] = [
    // Names that do not exist.
    ['{"tran": {}}', "unknown setting tran; did you mean train?"],
    ['{"train": {"epoch": 5}}', "unknown setting train.epoch; did you mean train.epochs?"],
    ['{"train": {"EPOCHS": 5}}', "unknown setting train.EPOCHS; did you mean train.epochs?"],
    ['{"window": {"width": 5}}', "unknown setting window.width; possible are steps, allowMissing"],
    [
      '{"data": {"columns": {"symbl": "Name"}}}',
      "unknown setting data.columns.symbl; did you mean data.columns.symbol?",
    ],
    // Values of another kind.
    ['{"train": {"epochs": "five"}}', 'train.epochs must be a number, not "five"'],
    ['{"train": {"epochs": 1.5}}', "train.epochs must be a whole number, not 1.5"],
    ['{"features": {"names": "KLEN"}}', 'features.names must be a list, not "KLEN"'],
    ['{"features": {"names": ["KLEN", 3]}}', "features.names.1 must be a text, not 3"],
    ['{"data": {"columns": {"symbol": 3}}}', "data.columns.symbol must be a text, not 3"],
    ['{"model": null}', "model must be an object, not null"],
    ["null", "the settings must be an object, not null"],
    ["[]", "the settings must be an object, not a list of 0"],
    // Values out of range.
    ['{"train": {"epochs": 0}}', "train.epochs must be at least 1, not 0"],
    ['{"model": {"sigmaFloor": 0}}', "model.sigmaFloor must be above 0, not 0"],
    ['{"train": {"averageDecay": 1}}', "train.averageDecay must be below 1, not 1"],
    ['{"seed": 1e300}', "seed must be at most 9007199254740991, not 1e+300"],
    [
      '{"features": {"processors": [{"kind": "neutralise-regression", "columns": []}, {"kind": "fill-zero"}]}}',
      "features.processors.0.columns must be a list of at least 1, not a list of 0",
    ],
    ['{"train": {"select": "ic"}}', 'train.select must be one of "rankIc", "nll", not "ic"'],
    // Processors, by their kind.
    [
      '{"features": {"processors": [{"kind": "z"}, {"kind": "fill-zero"}]}}',
      'features.processors.0.kind must be one of "robust-z-score", "z-score", "cross-section-z-score", "cross-section-rank", "winsorise-quantiles", "winsorise-deviations", "fill-zero", "fill-median", "fill-forward", "neutralise-group", "neutralise-regression", not "z"',
    ],
    [
      '{"features": {"processors": [{"kind": "z-score", "limit": 3}, {"kind": "fill-zero"}]}}',
      "unknown setting features.processors.0.limit; possible are kind, clip",
    ],
    [
      '{"features": {"processors": [{"kind": "fill-forward", "limits": 3}, {"kind": "fill-zero"}]}}',
      "unknown setting features.processors.0.limits; did you mean features.processors.0.limit?",
    ],
    [
      '{"features": {"processors": [{"kind": "winsorise-quantiles", "lower": 0.6}, {"kind": "fill-zero"}]}}',
      "features.processors.0.lower must be below 0.5, not 0.6",
    ],
    ['{"features": {"processors": ["z-score"]}}', 'features.processors.0 must be an object, not "z-score"'],
    ['{"features": {"processors": [{"kind": "z-score"}]}}', "features.processors must end in {kind: fill-zero}"],
    ['{"features": {"processors": []}}', "features.processors must end in {kind: fill-zero}"],
    // Either of two kinds.
    ['{"train": {"gamma": "auto"}}', 'train.gamma must be "elbo" or a number, not "auto"'],
    ['{"train": {"gamma": {}}}', 'train.gamma must be "elbo" or a number, not an object'],
    ['{"train": {"gamma": -1}}', "train.gamma must be at least 0, not -1"],
    ['{"backtest": {"k": 2.5}}', 'backtest.k must be "auto" or a whole number, not 2.5'],
    // Either of two sections: the nearer one is spoken of.
    ['{"split": 3}', "split must be an object, not 3"],
    [
      '{"split": {"validFrom": "2020-01-01"}}',
      "split.validFrom needs other settings of split beside it, or does not go with those that are given; docs/settings.md has the forms",
    ],
    ['{"split": {"train": 1.6, "valid": 0.2, "test": 0.2}}', "split.train must be below 1, not 1.6"],
    [
      '{"split": {"validFrom": "2020-13-01", "testFrom": "2021-01-01"}}',
      'split.validFrom must be a date such as 2020-12-31, not "2020-13-01"',
    ],
    [
      '{"split": {"trainFrm": "2010-01-01", "validFrom": "2020-01-01", "testFrom": "2021-01-01"}}',
      "unknown setting split.trainFrm; did you mean split.trainFrom?",
    ],
  ];

  it.each(sentences)("%s", (json, sentence) => {
    expect(messageOf(json)).toBe(`config: ${sentence}`);
  });

  it("and every wrong one is named at once", () => {
    expect(messageOf('{"seed": -1, "train": {"epochs": 0, "epoch": 1}}')).toBe(
      "config: seed must be at least 0, not -1; train.epochs must be at least 1, not 0; unknown setting train.epoch; did you mean train.epochs?",
    );
  });

  it("where NaN is no number", () => {
    expect(() => resolveConfig({ model: { sigmaFloor: Number.NaN } })).toThrow(
      "config: model.sigmaFloor must be a number, not NaN",
    );
  });

  it("whatever name is unknown", () => {
    const known = Object.keys(resolveConfig());
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter((name) => !known.includes(name) && name !== "__proto__"),
        (name) => {
          expect(messageOf(JSON.stringify({ [name]: 1 }))).toContain(`unknown setting ${name}; `);
        },
      ),
    );
  });
});

/** A setting of the schema, and the words that it may be. */
interface Setting {
  readonly path: string;
  readonly words: readonly unknown[];
}

const schemaPart = z.object({
  properties: z.record(z.string(), z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
});

/** Every setting below a part of a JSON schema, whatever form of a section it is in. */
function settingsBelow(part: unknown, path: string): Setting[] {
  const { properties, anyOf = [], enum: words = [], const: word } = schemaPart.parse(part);
  if (properties)
    return Object.entries(properties).flatMap(([name, inner]) =>
      settingsBelow(inner, path === "" ? name : `${path}.${name}`),
    );
  const below = anyOf.flatMap((form) => settingsBelow(form, path));
  const inner = below.filter((setting) => setting.path !== path);
  if (inner.length > 0) return inner;
  return [{ path, words: [...words, ...(word === undefined ? [] : [word]), ...below.flatMap((form) => form.words)] }];
}

describe("docs/settings.md", () => {
  const text = readFileSync(new URL("../../../docs/settings.md", import.meta.url), "utf8");
  const rows = text.split("\n").flatMap((line) => {
    const [, path] = /^\| (?:or )?`([a-zA-Z.]+)` \|/.exec(line) ?? [];
    return path === undefined ? [] : [{ path, line }];
  });
  const all = settingsBelow(configSchema(), "");

  it("has a row for every setting, in the schema's order, and for no other", () => {
    expect(all.length).toBeGreaterThan(40);
    // A setting that several forms of a section have is there once.
    expect(rows.map(({ path }) => path)).toEqual([...new Set(all.map(({ path }) => path))]);
  });

  it.each(all)("names every word that $path may be", ({ path, words }) => {
    const line = rows.find((row) => row.path === path)?.line ?? "";
    for (const word of words) expect(line).toContain(`\`${word}\``);
  });
});

describe("configSchema", () => {
  it("describes each section and refuses unknown names, as JSON", () => {
    const schema = JSON.parse(JSON.stringify(configSchema()));
    expect(Object.keys(schema.properties)).toEqual(Object.keys(resolveConfig()));
    expect(schema.additionalProperties).toBe(false);
    expect(schema.required).toBeUndefined();
    expect(schema.properties.train.properties.epochs).toMatchObject({ type: "integer", minimum: 1, default: 6 });
    expect(schema.properties.train.properties.likelihood.enum).toEqual(["analytic", "expected", "sampled", "joint"]);
  });
});
