import type { z } from "zod";
import { nearestName } from "./spelling.js";

/** One thing wrong with the settings, as zod found it. */
type Issue = z.core.$ZodIssue;

/** Settings as a JSON schema: what a setting's name may be is read off it. */
type Schema = z.core.JSONSchema.BaseSchema;

/**
 * One sentence on what is wrong with a setting: its path, what stands there, and what is possible. Of several possible
 * forms of a section the one that fits best is spoken of.
 */
export function settingMessage(issue: Issue, settings: unknown, schema: Schema): string {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const known = namesAt(schema, issue.path, settings);
    const section = path ? `${path}.` : "";
    // Of a section with several forms: known to another form than the one that fits.
    const ofOther = issue.keys.find((key) => known.includes(key));
    if (ofOther !== undefined)
      return `${section}${ofOther} needs other settings of ${path} beside it, or does not go with those that are given; docs/settings.md has the forms`;
    const unknown = issue.keys.map((key) => `${section}${key}${suggestion(key, known, section)}`);
    return `unknown setting ${unknown.join(", ")}`;
  }
  const found = valueAt(settings, issue.path);
  if (issue.code === "custom") return `${path} ${issue.message}`;
  if (issue.code === "invalid_union" && issue.errors.some(isSection)) return nearestForm(issue, settings, schema);
  const needed = `${path || "the settings"} must be ${expectation(issue)}`;
  return found === undefined ? `${needed}, and is missing` : `${needed}, not ${shown(found)}`;
}

/** Whether a form of a union got into the settings that it consists of, so that it is a section and no plain value. */
const isSection = (issues: readonly Issue[]): boolean =>
  issues.some(({ code, path }) => path.length > 0 || code === "unrecognized_keys");

function nearestForm({ errors, path }: z.core.$ZodIssueInvalidUnion, settings: unknown, schema: Schema): string {
  const weight = (issues: readonly Issue[]): number =>
    issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 1), 0);
  const [nearest] = errors.toSorted((a, b) => weight(a) - weight(b));
  return nearest
    .map((issue) => settingMessage({ ...issue, path: [...path, ...issue.path] }, settings, schema))
    .join("; ");
}

/** What a value must be, as a phrase: `a number of at least 0`. */
function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeNames[issue.expected] ?? `of type ${issue.expected}`;
    case "invalid_value":
      return anyOf(issue.values.map(shown));
    case "too_small":
      if (issue.origin === "array") return `a list of at least ${issue.minimum}`;
      return issue.inclusive ? `at least ${issue.minimum}` : `above ${issue.minimum}`;
    case "too_big":
      return issue.inclusive ? `at most ${issue.maximum}` : `below ${issue.maximum}`;
    case "invalid_format":
      return issue.format === "date" ? "a date such as 2020-12-31" : `of the format ${issue.format}`;
    case "invalid_union":
      if ("options" in issue && issue.options) return anyOf(issue.options.map(shown));
      return [...new Set(issue.errors.flatMap((form) => form.map(expectation)))].join(" or ");
    default:
      return `otherwise (${issue.message})`;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  string: "a text",
  array: "a list",
  object: "an object",
  record: "an object",
};

const anyOf = (options: readonly string[]): string =>
  options.length === 1 ? options[0] : `one of ${options.join(", ")}`;

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const valueAt = (settings: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((part, key) => (isObject(part) ? Reflect.get(part, key) : undefined), settings);

function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isObject(value)) return "an object";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** The names that settings at a path may have, of all forms that it may take; of those told apart by `kind`, the one that stands there. */
function namesAt(schema: Schema, path: readonly PropertyKey[], settings: unknown): string[] {
  const kind = valueAt(settings, ["kind"]);
  const isOfKind = ({ properties }: Schema): boolean =>
    isObject(properties?.kind) && properties.kind.const !== undefined && properties.kind.const === kind;
  const forms = (part: Schema): Schema[] =>
    part.oneOf ? part.oneOf.filter(isOfKind) : part.anyOf ? part.anyOf.flatMap(forms) : [part];
  const [key, ...rest] = path;
  if (key === undefined)
    return forms(schema).flatMap(({ properties, propertyNames }) => [
      ...Object.keys(properties ?? {}),
      ...(isObject(propertyNames) ? (propertyNames.enum ?? []).map(String) : []),
    ]);
  return forms(schema).flatMap(({ properties, items }) => {
    const part = typeof key === "number" ? items : properties?.[String(key)];
    return isObject(part) && !Array.isArray(part) ? namesAt(part, rest, valueAt(settings, [key])) : [];
  });
}

function suggestion(key: string, known: readonly string[], section: string): string {
  const nearest = nearestName(key, known);
  if (nearest !== undefined) return `; did you mean ${section}${nearest}?`;
  return known.length > 0 ? `; possible are ${known.join(", ")}` : "";
}
