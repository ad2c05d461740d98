import { type Mat, matmul, type Named } from "@factorvae/autograd";

type Stocks = Named<"Stocks">;
type Hidden = Named<"Hidden">;
type Factors = Named<"Factors">;
declare const embedding: Mat<Stocks, Hidden>;
declare const loadings: Mat<Factors, Stocks>;
matmul(embedding, loadings);
