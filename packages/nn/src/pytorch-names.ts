import { BatchNorm } from "./layers/batch-norm.js";
import { Bidirectional } from "./layers/bidirectional.js";
import { GRU } from "./layers/gru.js";
import { LSTM } from "./layers/lstm.js";
import { MultiHeadAttention } from "./layers/multi-head-attention.js";
import { Stacked } from "./layers/stacked.js";
import { entries, type Step } from "./parameter.js";

type Names = Readonly<Record<string, string>>;

/** Fields that PyTorch calls otherwise, by the layer that has them. */
const ofUnit: Names = { weightIh: "weight_ih", weightHh: "weight_hh", biasIh: "bias_ih", biasHh: "bias_hh" };
const ofAttention: Names = { inProjWeight: "in_proj_weight", inProjBias: "in_proj_bias", outProj: "out_proj" };
const ofNorm: Names = { runningMean: "running_mean", runningVariance: "running_var" };

function namesOf(layer: object): Names {
  if (layer instanceof GRU || layer instanceof LSTM) return ofUnit;
  if (layer instanceof MultiHeadAttention) return ofAttention;
  return layer instanceof BatchNorm ? ofNorm : {};
}

/** What PyTorch calls a field of our layers; a field of anything else has its own name. */
function fieldName({ owner, field }: Step): string {
  const names = namesOf(owner);
  return Object.hasOwn(names, field) ? names[field] : field;
}

/** The kind and width of a recurrent unit; nothing of what is none. */
const unitKind = (unit: object): string | undefined =>
  unit instanceof GRU || unit instanceof LSTM
    ? `${unit instanceof GRU ? "GRU" : "LSTM"} of ${unit.weightHh.shape[1]}`
    : undefined;

/** Whether PyTorch has a layer for this one: units of one kind and width, in every layer of a stack as many ways. */
function isRecurrent(layer: object): boolean {
  const levels = layer instanceof Stacked ? layer.stack : [layer];
  const ways = levels.map((level) => (level instanceof Bidirectional ? [level.onward, level.reverse] : [level]));
  const kinds = new Set(ways.flat().map(unitKind));
  return kinds.size === 1 && !kinds.has(undefined) && ways.every(({ length }) => length === ways[0].length);
}

/** Whether a step leads on inside such a layer, to a tensor that PyTorch's has too; a subclass may have further fields. */
const isPart = ({ owner, field }: Step): boolean =>
  (owner instanceof Stacked && field === "stack") ||
  (owner instanceof Bidirectional && (field === "onward" || field === "reverse")) ||
  (unitKind(owner) !== undefined && Object.hasOwn(ofUnit, field)) ||
  Array.isArray(owner);

/** The end of a name, from such a layer on: `weight_ih_l1_reverse` for `stack.1.reverse.weightIh`. */
function unitName(path: readonly Step[]): string {
  const level = path[0].owner instanceof Stacked ? path[1].field : "0";
  const isReverse = path.some(({ owner, field }) => owner instanceof Bidirectional && field === "reverse");
  return `${fieldName(path[path.length - 1])}_l${level}${isReverse ? "_reverse" : ""}`;
}

function theirName(path: readonly Step[]): string {
  const start = path.findIndex(({ owner }, at) => isRecurrent(owner) && path.slice(at).every(isPart));
  if (start < 0) return path.map(fieldName).join(".");
  return [...path.slice(0, start).map(fieldName), unitName(path.slice(start))].join(".");
}

/** What a tensor of a module is called: by our state dictionary, and by PyTorch's. */
export interface Naming {
  readonly ours: string;
  readonly theirs: string;
}

/** The names of the tensors of a module; PyTorch has one for each way that leads to a tensor, we have the first alone. */
export const namings = (operation: string, module: object): readonly Naming[] =>
  entries(operation, module, "every").flatMap(({ name, paths }) =>
    paths.map((path) => ({ ours: name, theirs: theirName(path) })),
  );
