import type { Primitive } from "../../formula.js";
import { erf } from "./erf.js";

type Register = Float64Array;

/** A primitive at the first `n` elements of its operands: `a`, `b`, `c` to `out`. */
export type Block = (n: number, out: Register, a: Register, b: Register, c: Register) => void;

const unary =
  (fn: (x: number) => number): Block =>
  (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = fn(a[i]);
  };

/** What each primitive computes, element by element: the definition that other backends are held against. */
export const blocks: { readonly [kind in Primitive]: Block } = {
  add: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] + b[i];
  },
  sub: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] - b[i];
  },
  mul: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] * b[i];
  },
  div: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] / b[i];
  },
  min: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = b[i] < a[i] ? b[i] : a[i];
  },
  max: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] < b[i] ? b[i] : a[i];
  },
  neg: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = -a[i];
  },
  abs: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.abs(a[i]);
  },
  sqrt: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.sqrt(a[i]);
  },
  floor: unary(Math.floor),
  sign: unary((x) => (x > 0 ? 1 : x < 0 ? -1 : x * 0)),
  lt: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] < b[i] ? 1 : 0;
  },
  le: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] <= b[i] ? 1 : 0;
  },
  eq: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] === b[i] ? 1 : 0;
  },
  and: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] !== 0 && b[i] !== 0 ? 1 : 0;
  },
  or: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] !== 0 || b[i] !== 0 ? 1 : 0;
  },
  not: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = a[i] === 0 ? 1 : 0;
  },
  select: (n, out, a, b, c) => {
    for (let i = 0; i < n; i++) out[i] = a[i] !== 0 ? b[i] : c[i];
  },
  exp: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.exp(a[i]);
  },
  tanh: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.tanh(a[i]);
  },
  log: unary(Math.log),
  log1p: unary(Math.log1p),
  expm1: unary(Math.expm1),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  erf: unary(erf),
};
