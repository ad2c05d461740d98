import { sigmoid, softplus } from "./ops/activation.js";
import { abs, add, div, mul, neg, sqrt, square, sub } from "./ops/arithmetic.js";
import type { AtAxis, AxisOf, OrderOf, Permuted, Reshaped, WithoutAxis } from "./ops/axes.js";
import { exp, log, tanh } from "./ops/exponential.js";
import { type Cubes, product } from "./ops/matmul.js";
import { pow } from "./ops/power.js";
import { expand, max, mean, sum } from "./ops/reduce.js";
import { slice } from "./ops/slice.js";
import { softmax } from "./ops/softmax.js";
import { reshape, t, transpose } from "./ops/view.js";
import type { Dim, Shape } from "./shape.js";
import { type Cube, type Mat, type Operand, Tensor } from "./tensor.js";

declare module "./tensor.js" {
  /** What models chain, as methods: a closed list, each the function of that name. */
  interface Tensor<out S extends Shape> {
    /** The sum, element by element; `other` broadcasts to the shape of this. */
    add<T extends Shape>(this: Tensor<T>, other: Operand<NoInfer<T>>): Tensor<T>;
    /** This less `other`, element by element; `other` broadcasts to the shape of this. */
    sub<T extends Shape>(this: Tensor<T>, other: Operand<NoInfer<T>>): Tensor<T>;
    /** The product, element by element; `other` broadcasts to the shape of this. */
    mul<T extends Shape>(this: Tensor<T>, other: Operand<NoInfer<T>>): Tensor<T>;
    /** This divided by `other`, element by element; `other` broadcasts to the shape of this. */
    div<T extends Shape>(this: Tensor<T>, other: Operand<NoInfer<T>>): Tensor<T>;
    /** Each element with the opposite sign. */
    neg(): Tensor<S>;
    /** Each element without its sign. */
    abs(): Tensor<S>;
    /** The square root of each element; NaN below 0. */
    sqrt(): Tensor<S>;
    /** Each element times itself. */
    square(): Tensor<S>;
    /** Each element to the power of a number; NaN for a negative one to a fractional power. */
    pow(exponent: number): Tensor<S>;
    /** e to the power of each element. */
    exp(): Tensor<S>;
    /** The natural logarithm of each element; NaN below 0. */
    log(): Tensor<S>;
    /** The hyperbolic tangent of each element. */
    tanh(): Tensor<S>;
    /** `1 / (1 + exp(-x))` of each element, without overflow. */
    sigmoid(): Tensor<S>;
    /** `log(1 + exp(x))` of each element, without overflow. */
    softplus(): Tensor<S>;
    /** Shares along an axis that add up to 1, in proportion to `exp(x)`. */
    softmax<T extends Shape, const A extends number>(this: Tensor<T>, axis: AxisOf<T, A>): Tensor<T>;
    /** The sum of all elements. */
    sum(): Tensor<readonly []>;
    /** The sums along an axis, which goes. */
    sum<T extends Shape, const A extends number>(this: Tensor<T>, axis: AxisOf<T, A>): Tensor<WithoutAxis<T, A>>;
    /** The sums along an axis, which stays with length 1. */
    sum<T extends Shape, const A extends number>(
      this: Tensor<T>,
      axis: AxisOf<T, A>,
      keepAxis: true,
    ): Tensor<AtAxis<T, A, 1>>;
    /** The mean of all elements. */
    mean(): Tensor<readonly []>;
    /** The means along an axis, which goes. */
    mean<T extends Shape, const A extends number>(this: Tensor<T>, axis: AxisOf<T, A>): Tensor<WithoutAxis<T, A>>;
    /** The means along an axis, which stays with length 1. */
    mean<T extends Shape, const A extends number>(
      this: Tensor<T>,
      axis: AxisOf<T, A>,
      keepAxis: true,
    ): Tensor<AtAxis<T, A, 1>>;
    /** The largest of all elements. */
    max(): Tensor<readonly []>;
    /** The largest elements along an axis, which goes. */
    max<T extends Shape, const A extends number>(this: Tensor<T>, axis: AxisOf<T, A>): Tensor<WithoutAxis<T, A>>;
    /** The largest elements along an axis, which stays with length 1. */
    max<T extends Shape, const A extends number>(
      this: Tensor<T>,
      axis: AxisOf<T, A>,
      keepAxis: true,
    ): Tensor<AtAxis<T, A, 1>>;
    /** The products of two batches of batches of matrices; a smaller batch is taken for each. */
    matmul<A extends Dim, B extends Dim, M extends Dim, K extends Dim, N extends Dim>(
      this: Cubes<A, B, M, K>,
      b:
        | Mat<NoInfer<K>, N>
        | Cube<NoInfer<B> | 1, NoInfer<K>, N>
        | Cubes<NoInfer<A> | 1, NoInfer<B> | 1, NoInfer<K>, N>,
    ): Cubes<A, B, M, N>;
    /** The products of a smaller batch, or a matrix, and a batch of batches of matrices: it is taken for each. */
    matmul<M extends Dim, A extends Dim, B extends Dim, K extends Dim, N extends Dim>(
      this: Mat<M, K> | Cube<NoInfer<B> | 1, M, K> | Cubes<1, NoInfer<B> | 1, M, K>,
      b: Cubes<A, B, NoInfer<K>, N>,
    ): Cubes<A, B, M, N>;
    /** The products of two batches of matrices; a batch of one, or a matrix, is taken for each. */
    matmul<B extends Dim, M extends Dim, K extends Dim, N extends Dim>(
      this: Cube<B, M, K>,
      b: Mat<NoInfer<K>, N> | Cube<NoInfer<B> | 1, NoInfer<K>, N>,
    ): Cube<B, M, N>;
    /** The products of a matrix, or a batch of one, and each of a batch of matrices. */
    matmul<M extends Dim, B extends Dim, K extends Dim, N extends Dim>(
      this: Mat<M, K> | Cube<1, M, K>,
      b: Cube<B, NoInfer<K>, N>,
    ): Cube<B, M, N>;
    /** The product of two matrices. */
    matmul<M extends Dim, K extends Dim, N extends Dim>(this: Mat<M, K>, b: Mat<NoInfer<K>, N>): Mat<M, N>;
    /** The transpose, a view. */
    t<M extends Dim, N extends Dim>(this: Mat<M, N>): Mat<N, M>;
    /** The axes in another order, a view. */
    transpose<T extends Shape, const O extends readonly number[]>(
      this: Tensor<T>,
      order: OrderOf<T, O>,
    ): Tensor<Permuted<T, O>>;
    /** The same elements under another shape; -1 stands for the one dimension that follows from the others. */
    reshape<const T extends Shape>(shape: T): Tensor<Reshaped<T>>;
    /** The elements repeated, as broadcasting does it, to a larger shape: a view. */
    expand<const T extends Shape>(shape: T): Tensor<T>;
    /** What stands from `start` up to `end` along an axis: a view. */
    slice<T extends Shape, const A extends number>(
      this: Tensor<T>,
      axis: AxisOf<T, A>,
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
  ...{ add, sub, mul, div, neg, abs, sqrt, square, pow, exp, log, tanh, sigmoid, softplus, softmax },
  ...{ sum, mean, max, matmul: product, transpose, reshape, expand, slice, t },
};

for (const [name, fn] of Object.entries(methods))
  Object.defineProperty(Tensor.prototype, name, { value: method(fn as (x: Tensor, ...args: never[]) => unknown) });
