import type { Checkpoint } from "../train/trainer.js";
import { loadCheckpoint, RunFolderError, requireRecord } from "./run-folder.js";
import type { RunRecord } from "./run-record.js";

/** From where a run goes on. */
export interface Resumption {
  /** Absent where the first epoch was not finished. */
  readonly checkpoint?: Checkpoint | undefined;
  /** Versions and kernels that differ from those the run had, so that its bits may too; none if they are the same. */
  readonly changes: readonly string[];
  /** The run's record, with the kernels that it goes on with where they are others. */
  readonly record: RunRecord;
}

/**
 * Where to go on in a run folder.
 *
 * @throws RunFolderError if the folder is no run of train, or was made from other settings or other data; the message
 * tells which.
 */
export function resumable(folder: string, wanted: RunRecord): Resumption {
  const found = requireRecord(folder);
  if (found.command !== wanted.command)
    throw new RunFolderError(`${folder} was made by ${found.command}; only a run of ${wanted.command} can be resumed`);
  if (found.input.sha256 !== wanted.input.sha256)
    throw new RunFolderError(
      `${folder} was trained on other data: ${found.input.file} with SHA-256 ${found.input.sha256.slice(0, 12)}..., now ` +
        `${wanted.input.file} with ${wanted.input.sha256.slice(0, 12)}...; resume with the same file`,
    );
  for (const [name, what] of otherFiles) {
    const [before, now] = [found.input[name], wanted.input[name]];
    if (before?.sha256 !== now?.sha256)
      throw new RunFolderError(
        `${folder} was trained on another ${what}: ${before?.file ?? "none"}, now ${now?.file ?? "none"}, with other contents; resume with the same file`,
      );
  }
  const [featuresBefore, featuresNow] = [found.input, wanted.input].map(({ features = [] }) => features);
  if (featuresBefore.map(({ sha256 }) => sha256).join() !== featuresNow.map(({ sha256 }) => sha256).join())
    throw new RunFolderError(
      `${folder} was trained with other features: ${filesOf(featuresBefore)}, now ${filesOf(featuresNow)}, with other contents; resume with the same files`,
    );
  const changes = differences(found.settings, wanted.settings, "");
  if (changes.length > 0)
    throw new RunFolderError(`${folder} was trained with other settings: ${changes.join(", ")}; resume with the same`);
  const checkpoint = loadCheckpoint(folder);
  const engine = found.resumedOn?.at(-1) ?? found.engine;
  const isOther = engine?.kernels !== wanted.engine?.kernels || engine?.fused !== wanted.engine?.fused;
  const epochsDone = checkpoint?.metrics.length ?? 0;
  return {
    checkpoint,
    changes: [
      ...differences(found.versions, wanted.versions, ""),
      ...(isOther ? [`kernels were ${engineText(engine)} and are now ${engineText(wanted.engine)}`] : []),
    ],
    record:
      isOther && wanted.engine
        ? { ...found, resumedOn: [...(found.resumedOn ?? []), { ...wanted.engine, epochsDone }] }
        : found,
  };
}

const otherFiles = [
  ["calendar", "calendar"],
  ["universe", "universe"],
  ["benchmark", "benchmark"],
  ["backtestUniverse", "universe of the backtest"],
] as const;

const filesOf = (files: readonly { readonly file: string }[]): string =>
  files.length === 0 ? "none" : files.map(({ file }) => file).join(" and ");

const engineText = (engine: RunRecord["engine"]): string =>
  engine ? `${engine.kernels}${engine.fused ? ", fused" : ""}` : "not noted";

/** `train.epochs was 8 and is now 5`, for each value that differs. */
function differences(before: unknown, now: unknown, name: string): string[] {
  if (!isObject(before) || !isObject(now)) {
    const [was, is] = [JSON.stringify(before), JSON.stringify(now)];
    return was === is ? [] : [`${name} was ${was ?? "not set"} and is now ${is ?? "not set"}`];
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return keys.flatMap((key) => differences(before[key], now[key], name === "" ? key : `${name}.${key}`));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
