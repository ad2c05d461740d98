import { mul, ones, type Scalar, scalar, sin, Tape } from "@factorvae/autograd";

const x = scalar(2);
const tape = new Tape([x]);
// Two operations run, and are noted: squares = x x, y = sin(squares).
const y = tape.record(() => {
  const squares = mul(x, x);
  return sin(squares);
});
// sin passes cos(4) on to squares; mul passes 2 of it to x, twice, as x stands on both its sides.
export const [slope] = tape.pullBack([y], [ones([])], [x]); // 4 cos(4)

const constant = scalar(10);
const followed = new Tape([x]);
const elsewhere = followed.record(() => mul(constant, constant));
export const isFollowed = followed.reaches(elsewhere); // false: nothing in it depends on x

const outer = new Tape([x]);
const first = outer.record(() => {
  const inner = new Tape([x]);
  const cube: Scalar = inner.record(() => mul(mul(x, x), x));
  return inner.pullBack([cube], [ones([])], [x])[0] ?? scalar(0); // 3 x^2, in operations that the outer tape notes
});
export const [second] = outer.pullBack([first], [ones([])], [x]); // 6 x
