/**
 * A model of about 400 lines, as a user would write one with typed shapes: it reads the recent days of each stock, mixes stocks of
 * one day by attention, and explains returns by latent factors with a prior and a posterior. What type-checking it costs is held
 * to a budget (tools/outside.ts); it is trained on a market drawn from a key, too.
 */
import {
  add,
  type Cube,
  checkpoint,
  type Dim,
  div,
  exp,
  fold,
  gather,
  grad,
  hessian,
  type Key,
  key,
  leakyRelu,
  log,
  logSoftmax,
  type Mat,
  matmul,
  maximum,
  mean,
  mul,
  type Named,
  normal,
  oneHot,
  relu,
  reshape,
  type Scalar,
  scope,
  segmentSum,
  sigmoid,
  softmax,
  softplus,
  solve,
  sqrt,
  square,
  standardDeviation,
  stopGradient,
  sub,
  sum,
  type Tensor,
  t,
  tanh,
  tensor,
  transpose,
  type Vec,
  valueAndGrad,
  variance,
  where,
} from "@factorvae/autograd";
import {
  adamW,
  CosineAttention,
  clipByNorm,
  cosine,
  dropout,
  Embedding,
  exponentialAverage,
  GRU,
  gaussianDivergence,
  gaussianNegativeLogLikelihood,
  huber,
  inSequence,
  LayerNorm,
  Linear,
  linearWarmUp,
  MultiHeadAttention,
  parameter,
  parameters,
  type Sequential,
  sequential,
  squaredError,
  stateDict,
} from "@factorvae/nn";

type Stocks = Named<"Stocks">;
type Time = Named<"Time">;
type Features = Named<"Features">;
type Hidden = Named<"Hidden">;
type Wide = Named<"Wide">;
type Sectors = Named<"Sectors">;
type Portfolios = Named<"Portfolios">;
type Factors = Named<"Factors">;

/** How large everything is. */
interface Sizes {
  readonly stocks: Stocks;
  readonly time: Time;
  readonly features: Features;
  readonly hidden: Hidden;
  readonly wide: Wide;
  readonly sectors: Sectors;
  readonly portfolios: Portfolios;
  readonly factors: Factors;
}

const sizes: Sizes = {
  stocks: 24 as Stocks,
  time: 6 as Time,
  features: 5 as Features,
  hidden: 8 as Hidden,
  wide: 16 as Wide,
  sectors: 3 as Sectors,
  portfolios: 10 as Portfolios,
  factors: 3 as Factors,
};

/** A normal distribution of independent elements. */
interface Gaussian<N extends Dim> {
  readonly mean: Vec<N>;
  readonly std: Vec<N>;
}

/** One day of the market: what was known, and the returns that followed. */
interface Day {
  readonly features: Cube<Stocks, Time, Features>;
  readonly sectors: readonly number[];
  readonly returns: Vec<Stocks>;
}

/** A row for each of a vector's elements. */
const asColumn = <N extends Dim>(x: Vec<N>): Mat<N, 1> => reshape(x, [x.shape[0], 1]).as([x.shape[0], 1]);

/** The only column of a matrix. */
const columnOf = <N extends Dim>(x: Mat<N, 1>): Vec<N> => sum(x, 1);

/** Values moved and scaled to mean 0 and standard deviation 1 over the stocks. */
function standardised<W extends Dim>(x: Mat<Stocks, W>): Mat<Stocks, W> {
  const centred = sub(x, mean(x, 0));
  return div(centred, add(sqrt(mean(square(centred), 0)), 1e-6));
}

/** The correlation of two vectors. */
function correlation<N extends Dim>(a: Vec<N>, b: Vec<N>): Scalar {
  const [left, right] = [sub(a, mean(a)), sub(b, mean(b))];
  const scale = sqrt(mul(sum(square(left)), sum(square(right))));
  return div(sum(mul(left, right)), add(scale, 1e-9));
}

/** Two layers with a bend between, added to what goes in. */
class Residual<Width extends Dim> {
  readonly norm: LayerNorm<Width>;
  readonly inner: Sequential<Width, Width>;

  constructor(width: Width, wide: Wide, seed: Key) {
    this.norm = new LayerNorm(width);
    this.inner = sequential(new Linear(width, wide, fold(seed, "widen")))
      .followedBy(relu)
      .followedBy(new Linear(wide, width, fold(seed, "narrow")));
  }

  forward<R extends Dim>(x: Mat<R, Width>): Mat<R, Width> {
    return add(x, this.inner.forward(this.norm.forward(x)));
  }
}

/** Adds what is known of a stock's sector. */
class SectorGate {
  readonly table: Embedding<Hidden>;
  readonly gate: Linear<Hidden, Hidden>;

  constructor({ sectors, hidden }: Sizes, seed: Key) {
    this.table = new Embedding(sectors, hidden, fold(seed, "table"));
    this.gate = new Linear(hidden, hidden, fold(seed, "gate"));
  }

  forward(x: Mat<Stocks, Hidden>, sectors: readonly number[]): Mat<Stocks, Hidden> {
    const known = this.table.forward(sectors).as(x.shape);
    const share = sigmoid(this.gate.forward(x));
    return add(mul(share, x), mul(sub(mul(share, -1), -1), known));
  }
}

/** The stocks of a day look at each other. */
class CrossSection {
  readonly attention: MultiHeadAttention<Hidden>;
  readonly norm: LayerNorm<Hidden>;

  constructor({ hidden }: Sizes, seed: Key) {
    this.attention = new MultiHeadAttention(hidden, 2, seed);
    this.norm = new LayerNorm(hidden);
  }

  forward(x: Mat<Stocks, Hidden>): Mat<Stocks, Hidden> {
    const [stocks, hidden] = x.shape;
    const rows: Cube<1, Stocks, Hidden> = reshape(this.norm.forward(x), [1, stocks, hidden]);
    const { output, weights } = this.attention.forward(rows, rows, rows);
    const total: Tensor<readonly [1, number, Stocks]> = sum(weights, 3);
    // Every query looks somewhere: its weights add up to 1.
    const sure = mean(total).item();
    if (Math.abs(sure - 1) > 1e-4) throw new Error(`the weights of the attention add up to ${sure}`);
    return add(x, reshape(output, [stocks, hidden]));
  }
}

/** From the recent days of each stock to what is known of it. */
class Extractor {
  readonly projection: Linear<Features, Hidden>;
  readonly gru: GRU<Hidden, Hidden>;
  readonly sector: SectorGate;
  readonly crossSection: CrossSection;
  readonly blocks: readonly Residual<Hidden>[];

  constructor(dims: Sizes, seed: Key) {
    const { features, hidden, wide } = dims;
    this.projection = new Linear(features, hidden, fold(seed, "projection"));
    this.gru = new GRU(hidden, hidden, fold(seed, "gru"));
    this.sector = new SectorGate(dims, fold(seed, "sector"));
    this.crossSection = new CrossSection(dims, fold(seed, "crossSection"));
    this.blocks = [1, 2].map((block) => new Residual(hidden, wide, fold(seed, `block ${block}`)));
  }

  forward({ features, sectors }: Day, drop?: Key): Mat<Stocks, Hidden> {
    const [stocks, time, width] = features.shape;
    const rows = reshape(features, [stocks * time, width]);
    const projected = leakyRelu(this.projection.forward(rows), 0.01);
    const [, hidden] = projected.shape;
    const series: Cube<Stocks, Time, Hidden> = reshape(projected, [stocks, time, hidden]);
    const last: Mat<Stocks, Hidden> = this.gru.forward(series);
    const mixed = this.crossSection.forward(this.sector.forward(last, sectors));
    const dropped = dropout(mixed, 0.1, drop);
    // The blocks are computed again on the way back, instead of kept.
    const deep = checkpoint((x: Mat<Stocks, Hidden>) => this.blocks.reduce((h, block) => block.forward(h), x));
    return deep(dropped);
  }
}

/** A mean and a positive standard deviation for each row. */
class GaussianHead<In extends Dim, Out extends Dim> {
  readonly mean: Linear<In, Out>;
  readonly std: Linear<In, Out>;

  constructor(inputs: In, outputs: Out, seed: Key) {
    this.mean = new Linear(inputs, outputs, fold(seed, "mean"));
    this.std = new Linear(inputs, outputs, fold(seed, "std"));
  }

  forward<R extends Dim>(x: Mat<R, In>): { readonly mean: Mat<R, Out>; readonly std: Mat<R, Out> } {
    return { mean: this.mean.forward(x), std: maximum(softplus(this.std.forward(x)), 1e-4) };
  }
}

/** The factors of a day, from its returns: what the model may look at in training alone. */
class Encoder {
  readonly portfolio: Linear<Hidden, Portfolios>;
  readonly head: GaussianHead<Portfolios, Factors>;

  constructor({ hidden, portfolios, factors }: Sizes, seed: Key) {
    this.portfolio = new Linear(hidden, portfolios, fold(seed, "portfolio"));
    this.head = new GaussianHead(portfolios, factors, fold(seed, "head"));
  }

  forward(embedding: Mat<Stocks, Hidden>, returns: Vec<Stocks>): Gaussian<Factors> {
    const portfolioWeights: Mat<Stocks, Portfolios> = softmax(this.portfolio.forward(embedding), 0);
    const portfolioReturns: Mat<Portfolios, 1> = matmul(t(portfolioWeights), asColumn(returns));
    const { mean: middle, std } = this.head.forward(t(portfolioReturns));
    return { mean: sum(middle, 0), std: sum(std, 0) };
  }
}

/** The factors of a day, from what was known before. */
class Predictor {
  readonly attention: CosineAttention<Factors, Hidden>;
  readonly head: GaussianHead<Hidden, 1>;

  constructor({ hidden, factors }: Sizes, seed: Key) {
    this.attention = new CosineAttention(factors, hidden, fold(seed, "attention"));
    this.head = new GaussianHead(hidden, 1, fold(seed, "head"));
  }

  forward(embedding: Mat<Stocks, Hidden>): Gaussian<Factors> {
    const { output } = this.attention.forward(embedding);
    const ofDay: Mat<Factors, Hidden> = sum(output, 0);
    const { mean: middle, std } = this.head.forward(ofDay);
    return { mean: columnOf(middle), std: columnOf(std) };
  }
}

/** Returns of the stocks, from factors: each stock's own part, and its exposures times the factors. */
class Decoder {
  readonly own: GaussianHead<Hidden, 1>;
  readonly exposure: Linear<Hidden, Factors>;
  readonly scale: Vec<Factors>;

  constructor({ hidden, factors }: Sizes, seed: Key) {
    this.own = new GaussianHead(hidden, 1, fold(seed, "own"));
    this.exposure = new Linear(hidden, factors, fold(seed, "exposure"));
    this.scale = parameter(mul(normal(fold(seed, "scale"), [factors]), 0.1));
  }

  exposures(embedding: Mat<Stocks, Hidden>): Mat<Stocks, Factors> {
    return mul(this.exposure.forward(embedding), exp(this.scale));
  }

  forward(embedding: Mat<Stocks, Hidden>, factors: Gaussian<Factors>): Gaussian<Stocks> {
    const own = this.own.forward(embedding);
    const loadings = this.exposures(embedding);
    const common: Vec<Stocks> = columnOf(matmul(loadings, asColumn(factors.mean)));
    const risk: Vec<Stocks> = columnOf(matmul(square(loadings), asColumn(square(factors.std))));
    const std = sqrt(add(add(square(columnOf(own.std)), risk), 1e-8));
    return { mean: add(columnOf(own.mean), common), std };
  }
}

/** All parts, and the loss that trains them. */
class Model {
  readonly extractor: Extractor;
  readonly encoder: Encoder;
  readonly predictor: Predictor;
  readonly decoder: Decoder;

  constructor(dims: Sizes, seed: Key) {
    this.extractor = new Extractor(dims, fold(seed, "extractor"));
    this.encoder = new Encoder(dims, fold(seed, "encoder"));
    this.predictor = new Predictor(dims, fold(seed, "predictor"));
    this.decoder = new Decoder(dims, fold(seed, "decoder"));
  }

  predict(day: Day): Gaussian<Stocks> {
    const embedding = this.extractor.forward(day);
    return this.decoder.forward(embedding, this.predictor.forward(embedding));
  }

  loss(day: Day, drop: Key) {
    const embedding = this.extractor.forward(day, drop);
    const posterior = this.encoder.forward(embedding, day.returns);
    const prior = this.predictor.forward(embedding);
    const explained = this.decoder.forward(embedding, posterior);
    const likelihood: Scalar = gaussianNegativeLogLikelihood(explained, day.returns);
    const asRows = ({ mean: middle, std }: Gaussian<Factors>) => {
      const [factors] = middle.shape;
      return { mean: reshape(middle, [1, factors]), std: reshape(std, [1, factors]) };
    };
    const divergence: Scalar = gaussianDivergence(asRows(posterior), asRows(prior));
    const predicted = this.decoder.forward(embedding, { ...prior, std: stopGradient(prior.std) });
    const error: Scalar = huber(predicted.mean, day.returns, 1);
    const ranked = this.#rankLoss(predicted.mean, day.returns);
    const loss = add(add(likelihood, mul(divergence, 0.1)), add(mul(error, 0.5), mul(ranked, 0.05)));
    return { loss, likelihood, divergence, error };
  }

  /** The cross entropy of the predicted order of the stocks with that of their returns. */
  #rankLoss(predicted: Vec<Stocks>, returns: Vec<Stocks>): Scalar {
    const wanted: Vec<Stocks> = softmax(mul(returns, 2), 0);
    return mul(sum(mul(wanted, logSoftmax(predicted, 0))), -1);
  }
}

/** Days of a market that has factors of its own, drawn from a key. */
function market(dims: Sizes, days: number, seed: Key): Day[] {
  const { stocks, time, features, factors, sectors } = dims;
  const truth = normal(fold(seed, "truth"), [features, factors]);
  const premia = mul(normal(fold(seed, "premia"), [factors]), 0.5);
  const sectorOf = Array.from({ length: stocks }, (_, stock) => stock % sectors);
  return Array.from({ length: days }, (_, day) => {
    const today = fold(fold(seed, "day"), day);
    const known = normal(fold(today, "features"), [stocks, time, features]);
    const latest: Mat<Stocks, Features> = standardised(sum(known, 1));
    const exposures: Mat<Stocks, Factors> = tanh(matmul(latest, truth));
    const drawn = add(premia, mul(normal(fold(today, "factors"), [factors]), 0.3));
    const noise = mul(normal(fold(today, "noise"), [stocks]), 0.3);
    return { features: known, sectors: sectorOf, returns: add(columnOf(matmul(exposures, asColumn(drawn))), noise) };
  });
}

/** Weights that fit returns to exposures by ridge regression, in closed form. */
function ridge<K extends Dim>(exposures: Mat<Stocks, K>, returns: Vec<Stocks>, penalty: Mat<K, K>): Vec<K> {
  const gram: Mat<K, K> = add(matmul(t(exposures), exposures), penalty);
  return columnOf(solve(gram, matmul(t(exposures), asColumn(returns))));
}

/** Mean return of the stocks of each sector, and of those that won. */
function bySector({ sectors, returns }: Day, count: Sectors) {
  const members: Mat<number, Sectors> = oneHot(sectors, count);
  const [stocks] = returns.shape;
  const totals: Mat<Sectors, 1> = matmul(t(members.as([stocks, count])), asColumn(returns));
  const won = where(returns, returns, 0);
  const halves = segmentSum(asColumn(won), [stocks / 2, stocks / 2]);
  return { totals: columnOf(totals), halves, first: gather(returns, [0, 1], 0) };
}

/** Trains the model, and says what became of it. */
export function trained(steps = 60) {
  const days = market(sizes, 12, key(1));
  const model = new Model(sizes, key(2));
  const weights = parameters(model);
  const optimizer = adamW(weights, { lr: 0.01, weightDecay: 0.001 });
  const average = exponentialAverage(weights, 0.9);
  const schedule = inSequence(linearWarmUp(5, 0.1), 5, cosine(steps, 0.1));
  const losses = Array.from({ length: steps }, (_, step) => {
    const day = days[step % 10];
    if (!day) throw new Error(`there is no day ${step % 10}`);
    const { value, grads } = valueAndGrad(() => model.loss(day, fold(key(3), step)), weights);
    optimizer.step(clipByNorm(grads, 5).grads, { lr: 0.01 * schedule(step) });
    average.update();
    return value.item();
  });

  const test = days[11];
  if (!test) throw new Error("there is no day to test on");
  return scope(() => {
    const { mean: scores, std } = average.withAverages(() => model.predict(test));
    const embedding = model.extractor.forward(test);
    const loadings = model.decoder.exposures(embedding);
    const penalty = mul(matmul(t(loadings), loadings), 0.1);
    const premia: Vec<Factors> = ridge(loadings, test.returns, add(penalty, 0));
    const slope: Vec<Factors> = grad((f: Vec<Factors>) =>
      squaredError(columnOf(matmul(loadings, asColumn(f))), test.returns),
    )(premia);
    const curvature: Mat<Factors, Factors> = hessian((f: Vec<Factors>) =>
      mean(square(sub(columnOf(matmul(loadings, asColumn(f))), test.returns))),
    )(premia);
    const turned: Cube<Time, Features, Stocks> = transpose(test.features, [1, 2, 0]);
    return {
      losses,
      names: Object.keys(stateDict(model)).length,
      correlation: correlation(scores, test.returns).item(),
      risk: mean(log(std)).item(),
      spread: [standardDeviation(scores).item(), variance(test.returns).item()],
      slope: slope.toArray(),
      curvature: curvature.toArray(),
      sectors: bySector(test, sizes.sectors).totals.toArray(),
      shapes: [turned.shape, tensor([1, 2]).shape],
    };
  });
}
