import {
  type Cube,
  key,
  type Mat,
  matmul,
  type Named,
  normal,
  ones,
  type Scalar,
  stack,
  sum,
  type Tensor,
  tensor,
  type Vec,
  zeros,
} from "@factorvae/autograd";

const weights = zeros([3, 4]);
export const product: Mat<2, 4> = matmul(ones([2, 3]), weights);
// @ts-expect-error: 3 columns, 4 rows
export const wrongInner = () => matmul(ones([2, 3]), zeros([4, 5]));
// @ts-expect-error: a vector is no matrix
export const wrongRank = () => matmul(ones([3]), weights);

type Stocks = Named<"Stocks">;
type Hidden = Named<"Hidden">;
type Factors = Named<"Factors">;
const [stocks, hidden, factors] = [300 as Stocks, 20 as Hidden, 8 as Factors];

const embedding: Mat<Stocks, Hidden> = normal(key(1), [stocks, hidden]);
const toFactors: Mat<Hidden, Factors> = normal(key(2), [hidden, factors]);
export const exposures: Mat<Stocks, Factors> = matmul(embedding, toFactors);
// @ts-expect-error: factors where the hidden width is meant
export const wrongName = () => matmul(embedding, zeros([factors, hidden]));
// @ts-expect-error: the product is [Stocks, Factors]
export const wrongResult: Mat<Factors, Stocks> = matmul(embedding, toFactors);

export const perStock: Vec<Stocks> = exposures.sum(1);
export const perFactor: Vec<Factors> = exposures.mean(-2);
export const turned: Mat<Factors, Stocks> = exposures.t();
// @ts-expect-error: along the first axis the factors are left
export const wrongAxis: Vec<Stocks> = exposures.sum(0);

export const centred: Mat<Stocks, Factors> = exposures.sub(perFactor).div(2);
// @ts-expect-error: what broadcasts to [Stocks, Factors] ends in Factors or in 1
export const wrongOperand = () => exposures.sub(perStock);
// @ts-expect-error: the first operand gives the shape; a matrix does not broadcast to a vector
export const wrongOrder = () => perFactor.sub(exposures);

const level: Vec<Stocks> = normal(key(3), [stocks]);
// @ts-expect-error: either would have to broadcast to the other
export const wrongOuter = () => level.reshape([stocks, 1]).sub(level);
export const gaps: Mat<Stocks, Stocks> = level.reshape([stocks, 1]).expand([stocks, stocks]).sub(level);
export const below: Mat<Stocks, Factors> = exposures.sub(perFactor); // for perFactor - exposures, .neg() of it

const rows = [
  [1, 2],
  [3, 4],
];
export const table: Mat = tensor(rows); // how deep an array is, the compiler knows; how long, it does not
export const told: Mat<2, 2> = table.as([2, 2]); // checked when it runs
export const wrongAs = () => table.as([2, 3]); // ShapeError: as: the shape is [2, 2], not [2, 3]

export const list: Tensor = stack([perStock, perStock]); // of a list not even the rank is known
export const unpacked: Mat<2, Stocks> = list.as([2, stocks]);
// @ts-expect-error: a tensor of unknown rank is no matrix
export const unchecked = () => matmul(list, embedding).shape;

const batch = (x: Mat<number, 2>): Vec => sum(x, 1); // any number of rows
export const anyRows = [batch(zeros([5, 2])), batch(zeros([7, 2]))];
// @ts-expect-error: three columns
export const wrongColumns = () => batch(zeros([5, 3]));

const some: Mat = weights; // an exact type is forgotten where a wider one will do, and not remembered
// @ts-expect-error: 3 rows are wanted, and how many there are is not known
export const unknownRows = () => matmul(ones([2, 3]), some);
export const knownRows: Mat<2, 4> = matmul(ones([2, 3]), some.as([3, 4]));
export const onTrust = () => matmul(some, zeros([5, 2])); // compiles, as nothing says how many columns there are: a ShapeError

function gram<Rows extends number, Columns extends number>(x: Mat<Rows, Columns>): Mat<Columns, Columns> {
  return x.t().matmul(x);
}
export const covariance: Mat<Factors, Factors> = gram(centred);

export const days: Cube<5, Stocks, Hidden> = zeros([5, stocks, hidden]);
export const daily: Cube<5, Stocks, Factors> = matmul(days, toFactors);
export const total: Scalar = daily.sum();
export const anything = (x: Tensor): Scalar => sum(x); // any shape at all
