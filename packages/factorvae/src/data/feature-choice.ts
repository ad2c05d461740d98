import { nearestName } from "../spelling.js";
import { alpha158Features } from "./alpha158-features.js";
import { DataError } from "./data-error.js";
import { compileExpression } from "./expressions/compile.js";
import type { Feature } from "./feature.js";
import type { Panel } from "./panel.js";

/** Which features are computed: in this order. */
export interface FeatureChoice {
  /** Features of Alpha158. */
  readonly names?: readonly string[];
  /** Expressions such as `Mean($close, 5) / $close`, by the name of the feature. */
  readonly expressions?: Readonly<Record<string, string>>;
  /** Columns of the prices file, as they are. */
  readonly columns?: readonly string[];
}

/**
 * How many dates before its own the longest of some features reads: changes of price make that a window's length.
 * @throws as `chosenFeatures`
 */
export const lookBackOf = (choice: FeatureChoice): number =>
  Math.max(0, ...chosenFeatures(choice).map(({ lookBack }) => lookBack));

/** The part of a choice whose features are among these. */
export function choiceAmong(
  { names = [], expressions = {}, columns = [] }: FeatureChoice,
  wanted: readonly string[],
): FeatureChoice {
  const isWanted = (name: string): boolean => wanted.includes(name);
  return {
    names: names.filter(isWanted),
    expressions: Object.fromEntries(Object.entries(expressions).filter(([name]) => isWanted(name))),
    columns: columns.filter(isWanted),
  };
}

/** What to do with features that need a volume where the prices have none. */
export type MissingVolume = "refuse" | "leave-out";

/**
 * The features of a choice that a panel has the fields for. Without vwap those that need it are left out; without volume
 * they are, too, or refused.
 *
 * @throws RangeError for an unknown or repeated name, ExpressionError; DataError for a field that the panel lacks, or if nothing is left
 */
export function computableFeatures(
  { fields, source }: Pick<Panel, "fields" | "source">,
  choice: FeatureChoice,
  missingVolume: MissingVolume,
): Feature[] {
  const features = chosenFeatures(choice);
  const file = source?.file ?? "panel";
  const lacking = ({ needs }: Feature): readonly string[] => needs.filter((field) => fields[field] === undefined);
  const dispensable = missingVolume === "leave-out" ? ["vwap", "volume"] : ["vwap"];
  for (const feature of features) {
    const field = lacking(feature).find((one) => !dispensable.includes(one));
    if (field === undefined) continue;
    const all = features.filter(({ needs }) => needs.includes(field)).map(({ name }) => name);
    throw new DataError(
      `features: the prices have no ${field}, which ${all.join(", ")} need${all.length === 1 ? "s" : ""} (first: ${feature.name}); ` +
        (field === "volume"
          ? "set data.missingVolume=leave-out to do without them, or add the column"
          : "add the column, or do without these features"),
      { file },
    );
  }
  const computable = features.filter((feature) => lacking(feature).length === 0);
  if (computable.length > 0) return computable;
  throw new DataError(`features: the prices have no ${lacking(features[0])[0]}, and no other feature is asked for`, {
    file,
  });
}

/** The features of a choice. Throws RangeError for an unknown or repeated name, ExpressionError for a wrong expression. */
function chosenFeatures({ names = [], expressions = {}, columns = [] }: FeatureChoice): Feature[] {
  const features = [
    ...names.map(builtIn),
    ...Object.entries(expressions).map(([name, expression]) => ofExpression(name, expression)),
    ...columns.map(ofColumn),
  ];
  if (features.length === 0) throw new RangeError("features: none is asked for; name one in features.names");
  const chosen = new Set<string>();
  for (const { name } of features) {
    if (name === "date" || name === "symbol")
      throw new RangeError(`features: "${name}" is the name of a key, beside which features stand; rename it`);
    if (chosen.has(name)) throw new RangeError(`features: "${name}" is asked for twice`);
    chosen.add(name);
  }
  return features;
}

function builtIn(name: string): Feature {
  const feature = alpha158Features.find((known) => known.name === name);
  if (feature !== undefined) return feature;
  const names = alpha158Features.map((known) => known.name);
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? `there are ${names.join(", ")}` : `did you mean "${nearest}"?`;
  throw new RangeError(`features: there is no feature "${name}"; ${hint}`);
}

function ofExpression(name: string, expression: string): Feature {
  const { lookBack, fields, of } = compileExpression(expression);
  return {
    name,
    lookBack,
    needs: fields,
    source: ({ field, known }) => [of({ field, known })],
    part: 0,
  };
}

const ofColumn = (name: string): Feature => ({
  name,
  lookBack: 0,
  needs: [name],
  source: ({ field }) => [field(name)],
  part: 0,
});
