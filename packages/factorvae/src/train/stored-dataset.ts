import { info } from "@factorvae/autograd";
import type { Config } from "../config.js";
import { choiceAmong, computableFeatures } from "../data/feature-choice.js";
import type { Panel } from "../data/panel.js";
import type { DateSplit } from "../data/split.js";
import { buildStore } from "../data/store/build-store.js";
import { type FeatureStore, openStore } from "../data/store/feature-store.js";
import { storeIdentity } from "../data/store/store-identity.js";
import { ownVersion } from "../versions.js";
import { assembled, type Dataset, frameOf, labelScaleOf, trainingMarks } from "./dataset.js";

/**
 * `fitDataset` with the processed features in a file, from which windows are read: the same bits, and no more memory than the
 * prices take. A file that holds just these features, of the same prices, settings, training dates and version, is used as it is;
 * any other store is replaced. The features' `close` gives the file back.
 *
 * @throws as `fitDataset` and `buildStore`
 */
export async function storedDataset(
  panel: Panel,
  config: Config,
  split: DateSplit,
  path: string,
): Promise<Dataset<FeatureStore>> {
  const { features, data } = config;
  const frame = frameOf(panel, config);
  const isTraining = trainingMarks(split);
  const names = computableFeatures(panel, features, data.missingVolume).map(({ name }) => name);
  const choice = choiceAmong(features, names);
  const { dates, symbols, fields, groups, present } = panel;
  const sheet = { names, dates, symbols, fields, members: frame.members, ...(groups && { groups }) };
  const { processors, clip } = features;
  const identity = storeIdentity(sheet, present, { version: ownVersion(), choice, processors, clip, isTraining });
  const source = { panel, sheet, choice, processors, clip, isTraining, identity };
  const store = openStore(path, identity, sheet) ?? (await buildStore(path, source, info().threads));
  try {
    return assembled(panel, config, frame, store, {
      ...store.fit,
      labelScale: labelScaleOf(frame, split),
    });
  } catch (error) {
    store.close();
    throw error;
  }
}
