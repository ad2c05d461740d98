/**
 * Derivatives of tensor programs, and the tensors of `@factorvae/tensor` with them.
 *
 * @module @factorvae/autograd
 */

export * from "@factorvae/tensor";
export { checkpoint } from "./checkpoint.js";
export { customVjp, stopGradient } from "./custom.js";
export { grad, type Loss, type ValueAndGrads, valueAndGrad } from "./grad.js";
export { hessian, type Jacobian, jacobian } from "./jacobian.js";
export { Tape } from "./tape.js";
export { type GradcheckOptions, gradcheck } from "./testing.js";
export { hvp, jvp, vjp } from "./transforms.js";
export type { Tree } from "./tree.js";
