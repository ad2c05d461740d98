import { type Mat, matmul, type Vec } from "@factorvae/autograd";

declare const features: Mat<300, 64>;
declare const weights: Vec<64>;
matmul(features, weights);
