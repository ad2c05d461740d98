export * from "@factorvae/tensor";
export { grad, type Loss, type Tree, type ValueAndGrads, valueAndGrad } from "./grad.js";
export { Tape } from "./tape.js";
export { type GradcheckOptions, gradcheck } from "./testing.js";
