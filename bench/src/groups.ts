import { type ElementwiseSpec, elementwise } from "./groups/elementwise.js";
import { type FeaturesSpec, features } from "./groups/features.js";
import type { Group } from "./groups/group.js";
import { type MatmulSpec, matmul } from "./groups/matmul.js";
import {
  type EpochSpec,
  epoch,
  type GruSpec,
  gru,
  memory,
  type StepSpec,
  step,
  type YearSpec,
  year,
} from "./groups/model.js";
import { type OperationSpec, operations } from "./groups/operations.js";
import {
  type ChainSpec,
  type CurvatureSpec,
  chain,
  curvature,
  type OverheadSpec,
  overhead,
  type SizeSpec,
  type StartSpec,
  size,
  start,
} from "./groups/small.js";

/** What the rows of each group say of themselves. */
export interface Specs {
  readonly matmul: MatmulSpec;
  readonly elementwise: ElementwiseSpec;
  readonly operations: OperationSpec;
  readonly gru: GruSpec;
  readonly step: StepSpec;
  readonly memory: StepSpec;
  readonly epoch: EpochSpec;
  readonly year: YearSpec;
  readonly features: FeaturesSpec;
  readonly overhead: OverheadSpec;
  readonly chain: ChainSpec;
  readonly curvature: CurvatureSpec;
  readonly start: StartSpec;
  readonly size: SizeSpec;
}

/** The name of a group. */
export type GroupName = keyof Specs;

/** Every group, in the order of the page. */
export const groups: { readonly [Name in GroupName]: Group<Specs[Name]> } = {
  matmul,
  elementwise,
  operations,
  gru,
  step,
  memory,
  epoch,
  year,
  features,
  overhead,
  chain,
  curvature,
  start,
  size,
};

/** The names of all groups. */
export const groupNames = Object.keys(groups) as readonly GroupName[];

/** Whether there is a group of that name. */
export const isGroupName = (name: string): name is GroupName => Object.hasOwn(groups, name);
