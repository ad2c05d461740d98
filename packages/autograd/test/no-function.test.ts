import { describe, expect, it } from "vitest";
import {
  checkpoint,
  customVjp,
  grad,
  gradcheck,
  hessian,
  hvp,
  jacobian,
  jvp,
  key,
  type Scalar,
  scalar,
  valueAndGrad,
  vjp,
} from "../src/index.js";

const x = scalar(3);
const square = (at: Scalar): Scalar => at.mul(at);

/** Calls that the compiler refuses, as JavaScript makes them: through `Reflect`, which knows no types. */
const calls: readonly { readonly operation: (...args: never[]) => unknown; readonly args: readonly unknown[] }[] = [
  { operation: grad, args: [x] },
  { operation: valueAndGrad, args: [x, [x]] },
  { operation: vjp, args: [x, x] },
  { operation: jvp, args: [x, x, x] },
  { operation: hvp, args: [x, x, x] },
  { operation: jacobian, args: [x] },
  { operation: hessian, args: [x] },
  { operation: customVjp, args: [x, square] },
  { operation: customVjp, args: [square, x] },
  { operation: checkpoint, args: [x] },
  { operation: gradcheck, args: [x, [x], { key: key(1) }] },
];

describe("a value where a function belongs", () => {
  it.each(calls)("is refused at once: $operation.name", ({ operation, args }) => {
    const call = (): unknown => Reflect.apply(operation, undefined, args);
    expect(call).toThrow(TypeError);
    expect(call).toThrow(
      `${operation.name}: a function is needed, and it is a tensor; hand over the computation, as x => x.mul(x), not its value`,
    );
  });

  it.each([
    { given: 3, told: "of type number" },
    { given: undefined, told: "undefined" },
    { given: null, told: "null" },
    { given: { w: x }, told: "of type object" },
  ])("is told what it is: $told", ({ given, told }) => {
    expect(() => Reflect.apply(grad, undefined, [given])).toThrow(`grad: a function is needed, and it is ${told};`);
  });
});

describe("gradcheck without a key", () => {
  it.each([{ options: [] }, { options: [{}] }])("says what is missing: $options", ({ options }) => {
    const call = (): unknown => Reflect.apply(gradcheck, undefined, [square, [x], ...options]);
    expect(call).toThrow(TypeError);
    expect(call).toThrow("gradcheck: the options name no key for the random direction; give { key: key(1) }");
  });
});
