import type { Dim, Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";

type Spaceless<T extends string> = T extends `${infer Before} ${infer After}` ? Spaceless<`${Before}${After}`> : T;

type Letters<T extends string> = T extends `${infer First}${infer Rest}`
  ? readonly [First, ...Letters<Rest>]
  : readonly [];

type Terms<T extends string> = T extends `${infer First},${infer Rest}`
  ? readonly [Letters<First>, ...Terms<Rest>]
  : readonly [Letters<T>];

type InputsOf<Equation extends string> =
  Spaceless<Equation> extends `${infer Inputs}->${string}` ? Terms<Inputs> : never;

type OutputOf<Equation extends string> =
  Spaceless<Equation> extends `${string}->${infer Output}` ? Letters<Output> : never;

/** The dimension that the first axis with this letter has. */
type DimOf<Letter, Inputs, Shapes> = Inputs extends readonly [infer Term, ...infer Terms]
  ? Shapes extends readonly [infer First, ...infer Rest]
    ? Within<Letter, Term, First> extends infer Found extends Dim
      ? [Found] extends [never]
        ? DimOf<Letter, Terms, Rest>
        : Found
      : number
    : number
  : number;

type Within<Letter, Term, S> = Term extends readonly [infer First, ...infer Others]
  ? S extends readonly [infer D, ...infer Rest]
    ? First extends Letter
      ? D
      : Within<Letter, Others, Rest>
    : never
  : never;

type Dims<Term, Inputs, Shapes> = { readonly [I in keyof Term]: DimOf<Term[I], Inputs, Shapes> };

type ShapesOf<Operands> = { readonly [I in keyof Operands]: Operands[I] extends Tensor<infer S> ? S : never };

/** The operands of an equation: as many as it has terms, of as many axes as each has letters, of equal lengths by letter. */
export type OperandsOf<Equation extends string, Operands> = string extends Equation
  ? readonly Tensor[]
  : [Unknown<Equation>] extends [never]
    ? Fitting<InputsOf<Equation>, Operands>
    : readonly [`no operand has the letter ${Unknown<Equation>}`];

/** The letters of the result that no operand has. */
type Unknown<Equation extends string> = Exclude<
  Extract<OutputOf<Equation>[number], string>,
  InputsOf<Equation>[number][number]
>;

type Fitting<Inputs, Operands> = {
  readonly [I in keyof Inputs]: Tensor<Extract<Dims<Inputs[I], Inputs, ShapesOf<Operands>>, Shape>>;
};

/** The result of an equation, its dimensions those of the operands by letter. */
export type Contracted<Equation extends string, Operands> = string extends Equation
  ? Tensor
  : Tensor<Extract<Dims<OutputOf<Equation>, InputsOf<Equation>, ShapesOf<Operands>>, Shape>>;
