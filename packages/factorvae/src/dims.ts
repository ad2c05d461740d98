import type { Named } from "@factorvae/autograd";

/** The stocks of one day's cross-section, or of several days stacked. */
export type Stocks = Named<"Stocks">;
/** Days of history per stock. */
export type Steps = Named<"Steps">;
/** Characteristics per stock and day. */
export type Features = Named<"Features">;
/** Width of the stock embedding. */
export type Hidden = Named<"Hidden">;
/** Learned portfolios in the encoder. */
export type Portfolios = Named<"Portfolios">;
/** Latent factors. */
export type Factors = Named<"Factors">;
/** Days in one batch. */
export type Days = Named<"Days">;

/** A number as a named dimension. */
export const dim = <D extends Named<string>>(size: number): D => size as D;
