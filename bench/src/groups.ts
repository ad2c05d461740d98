import type { Group } from "./group.js";
import { elementwiseGroup } from "./groups/elementwise.js";
import { factorVaeGroup } from "./groups/factorvae-step.js";
import { gruGroup } from "./groups/gru.js";
import { matmulGroup } from "./groups/matmul.js";
import { overheadGroup } from "./groups/overhead.js";

/** Every group, in the order of the document. */
export const groups: readonly Group[] = [matmulGroup, elementwiseGroup, gruGroup, factorVaeGroup, overheadGroup];
