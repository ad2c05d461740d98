import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type Command, CommanderError, Option } from "commander";
import { parse, stringify, YAMLParseError } from "yaml";
import { type Config, ConfigError, parseConfig, resolveConfig } from "../config.js";
import { type CommandIo, print } from "./command-io.js";

/** Options of a command that takes settings. */
export interface SettingsOptions {
  /** A YAML or JSON file. */
  readonly config?: string;
  /** `train.epochs=5`, in the order given. */
  readonly set: readonly string[];
}

/** Adds `--config`, `--set` and `--settings` to a command. */
export const withSettings = (command: Command, io: CommandIo): Command =>
  command
    .option("--config <file>", "settings as YAML or JSON")
    .addOption(
      new Option("--set <name=value>", "one setting, over those of the file: --set train.epochs=5 (repeatable)")
        .argParser((value: string, before: readonly string[]) => [...before, value])
        .default([], "none"),
    )
    .option("--settings", "print every setting with its default, as a file for --config, and end")
    .on("option:settings", () => {
      print(io, stringify(resolveConfig()));
      throw new CommanderError(0, "factorvae.settings", "the settings were printed");
    });

/** A mapping of settings as a user writes them. */
export type RawSettings = Readonly<Record<string, unknown>>;

/**
 * The settings of the file, and those of the command line over them, not yet checked.
 *
 * @throws ConfigError if the file cannot be read or holds no mapping, or an assignment is none.
 */
export function rawSettings({ config, set }: SettingsOptions): RawSettings {
  const given = config === undefined ? {} : settingsFile(config);
  return set.reduce((settings, assignment) => assigned(settings, assignment), given);
}

/**
 * The settings as resolved.
 *
 * @throws ConfigError as `rawSettings`, and for a setting that does not exist or cannot have its value.
 */
export const resolvedSettings = (options: SettingsOptions): Config => parseConfig(rawSettings(options));

function settingsFile(path: string): RawSettings {
  let settings: unknown;
  try {
    settings = parse(readFileSync(path, "utf8"), { prettyErrors: true });
  } catch (error) {
    if (error instanceof YAMLParseError) throw new ConfigError(`config: ${path}: ${error.message.split("\n")[0]}`);
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new ConfigError(`config: there is no file ${path}; check the path`);
    throw new ConfigError(`config: ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  // A file whose lines are all comments sets nothing.
  if (settings === null) return {};
  if (isMapping(settings)) return settings;
  throw new ConfigError(`config: ${basename(path)} holds no settings by name; write them as "train: { epochs: 5 }"`);
}

function assigned(settings: RawSettings, assignment: string): RawSettings {
  const [, name, text] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
  if (name === undefined || text === undefined)
    throw new ConfigError(`config: "${assignment}" sets nothing; write --set name=value, as in --set train.epochs=5`);
  let value: unknown;
  try {
    // A sign alone, such as the decimal mark ",", means something else to YAML.
    value = /^[^\w\s]$/.test(text) ? text : parse(text);
  } catch {
    throw new ConfigError(`config: the value of --set ${assignment} is no YAML; put text with special signs in quotes`);
  }
  return withValue(settings, name.trim().split("."), value, name);
}

function withValue(
  settings: RawSettings,
  [head, ...rest]: readonly string[],
  value: unknown,
  name: string,
): RawSettings {
  if (rest.length === 0) return { ...settings, [head]: value };
  const section = settings[head] ?? {};
  if (!isMapping(section))
    throw new ConfigError(`config: --set ${name} goes into ${head}, which is set to ${JSON.stringify(section)}`);
  return { ...settings, [head]: withValue(section, rest, value, name) };
}

const isMapping = (value: unknown): value is RawSettings =>
  typeof value === "object" && value !== null && !Array.isArray(value);
