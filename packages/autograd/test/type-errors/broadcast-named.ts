import { add, type Mat, type Named, type Vec } from "@factorvae/autograd";

type Stocks = Named<"Stocks">;
type Hidden = Named<"Hidden">;
type Factors = Named<"Factors">;
declare const embedding: Mat<Stocks, Hidden>;
declare const factors: Vec<Factors>;
add(embedding, factors);
