import type { AuditContext } from "./context.js";

/** What a check found. */
export interface Finding {
  readonly passed: boolean;
  /** One sentence with the figure that decided it; where something is wrong, the place. */
  readonly detail: string;
}

/** One leak check: it can be run on its own. */
export interface Check {
  /** Kebab-case. */
  readonly name: string;
  /** What holds if it passes. */
  readonly about: string;
  /** `warning`: not to pass is a reason to look, not proof of a leak. Default `failure`. */
  readonly severity?: "failure" | "warning";
  /** Looks at a run and its prices. */
  readonly run: (context: AuditContext) => Finding | Promise<Finding>;
}

/** A value for a detail: as many digits as tell something. */
export const figure = (value: number): string => value.toFixed(4).replace(/^-(0\.0*)$/, "$1");
