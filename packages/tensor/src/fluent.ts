import { sigmoid, softplus } from "./ops/activation.js";
import { abs, add, div, mul, neg, sqrt, square, sub } from "./ops/arithmetic.js";
import type { AtAxis, Permuted, Reshaped, WithoutAxis } from "./ops/axes.js";
import { exp, log, tanh } from "./ops/exponential.js";
import { product } from "./ops/matmul.js";
import { expand, max, mean, sum } from "./ops/reduce.js";
import { slice } from "./ops/slice.js";
import { softmax } from "./ops/softmax.js";
import { reshape, t, transpose } from "./ops/view.js";
import type { Dim, Shape } from "./shape.js";
import { type Cube, type Mat, type Operand, Tensor } from "./tensor.js";

declare module "./tensor.js" {
  /** What models chain, as methods: a closed list, each the function of that name. */
  interface Tensor<out S extends Shape> {
    add<T extends Shape>(this: Tensor<T>, other: Operand<NoInfer<T>>): Tensor<T>;
    sub<T extends Shape>(this: Tensor<T>, other: Operand<NoInfer<T>>): Tensor<T>;
    mul<T extends Shape>(this: Tensor<T>, other: Operand<NoInfer<T>>): Tensor<T>;
    div<T extends Shape>(this: Tensor<T>, other: Operand<NoInfer<T>>): Tensor<T>;
    neg(): Tensor<S>;
    abs(): Tensor<S>;
    sqrt(): Tensor<S>;
    square(): Tensor<S>;
    exp(): Tensor<S>;
    log(): Tensor<S>;
    tanh(): Tensor<S>;
    sigmoid(): Tensor<S>;
    softplus(): Tensor<S>;
    softmax(axis: number): Tensor<S>;
    sum(): Tensor<readonly []>;
    sum<T extends Shape, const A extends number>(this: Tensor<T>, axis: A): Tensor<WithoutAxis<T, A>>;
    sum<T extends Shape, const A extends number>(this: Tensor<T>, axis: A, keepAxis: true): Tensor<AtAxis<T, A, 1>>;
    mean(): Tensor<readonly []>;
    mean<T extends Shape, const A extends number>(this: Tensor<T>, axis: A): Tensor<WithoutAxis<T, A>>;
    mean<T extends Shape, const A extends number>(this: Tensor<T>, axis: A, keepAxis: true): Tensor<AtAxis<T, A, 1>>;
    max(): Tensor<readonly []>;
    max<T extends Shape, const A extends number>(this: Tensor<T>, axis: A): Tensor<WithoutAxis<T, A>>;
    max<T extends Shape, const A extends number>(this: Tensor<T>, axis: A, keepAxis: true): Tensor<AtAxis<T, A, 1>>;
    matmul<B extends Dim, M extends Dim, K extends Dim, N extends Dim>(
      this: Cube<B, M, K>,
      b: Mat<NoInfer<K>, N> | Cube<NoInfer<B> | 1, NoInfer<K>, N>,
    ): Cube<B, M, N>;
    matmul<M extends Dim, K extends Dim, N extends Dim>(this: Mat<M, K>, b: Mat<NoInfer<K>, N>): Mat<M, N>;
    t<M extends Dim, N extends Dim>(this: Mat<M, N>): Mat<N, M>;
    transpose<T extends Shape, const O extends readonly number[]>(this: Tensor<T>, order: O): Tensor<Permuted<T, O>>;
    reshape<const T extends Shape>(shape: T): Tensor<Reshaped<T>>;
    expand<const T extends Shape>(shape: T): Tensor<T>;
    slice<T extends Shape, const A extends number>(
      this: Tensor<T>,
      axis: A,
      start: number,
      end: number,
    ): Tensor<AtAxis<T, A, number>>;
  }
}

type Method = (this: Tensor, ...args: never[]) => unknown;

/** The function with its first argument as `this`. */
const method = (fn: (x: Tensor, ...args: never[]) => unknown): Method =>
  function (this: Tensor, ...args) {
    return fn(this, ...args);
  };

const methods = {
  ...{ add, sub, mul, div, neg, abs, sqrt, square, exp, log, tanh, sigmoid, softplus, softmax },
  ...{ sum, mean, max, matmul: product, transpose, reshape, expand, slice, t },
};

for (const [name, fn] of Object.entries(methods))
  Object.defineProperty(Tensor.prototype, name, { value: method(fn as (x: Tensor, ...args: never[]) => unknown) });
