/** What one engine computed in examples/outside, and where. */
export interface Findings {
  readonly engine: { readonly kernels: string; readonly threads: number; readonly fused: boolean };
  readonly slope: readonly number[];
  readonly curvature: number;
  readonly hessian: readonly (readonly number[])[];
  /** A hash of the bits of a large gradient. */
  readonly digest: number;
  /** The same gradient's sum of squares. */
  readonly energy: number;
}

/** What the larger model of the example came to; it is trained in Node alone. */
export interface Trained {
  readonly losses: readonly number[];
  /** Of scores and returns on a day that was not trained on. */
  readonly correlation: number;
}

/** Findings, and a name for where they were made. */
export interface Found {
  readonly where: string;
  readonly findings: Findings;
}

/** What a page shows, as `examples/outside/browser.js` prints it. */
export interface Shown {
  readonly served: string;
  readonly browser: string;
  readonly isolated: boolean;
  readonly cores: number;
  readonly auto: Findings;
  readonly plain: Findings;
  readonly onPage: Findings;
  /** Workers that the engines of the page and of its two workers started. */
  readonly threads: number;
  readonly problems: readonly string[];
}

/** How far engines that round differently may lie apart, as a share. */
const tolerance = 1e-5;

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));

/** The numbers as text, bit for bit the same where the bits are. */
const bitsOf = ({ slope, curvature, hessian, digest, energy }: Findings): string =>
  JSON.stringify({ slope, curvature, hessian, digest, energy });

/**
 * What is wrong with findings that should agree, as sentences: those that round alike to the bit, all of them to the rounding of
 * float32.
 */
export function disagreements(all: readonly Found[]): readonly string[] {
  return all.flatMap(({ where, findings }, at) => {
    const alike = all.slice(0, at).find((earlier) => earlier.findings.engine.fused === findings.engine.fused);
    if (alike && bitsOf(alike.findings) !== bitsOf(findings))
      return [`${where} differs from ${alike.where}: ${bitsOf(findings)} is not ${bitsOf(alike.findings)}`];
    const [first] = all;
    const [numbers, wanted] = [findings, first.findings].map((one) => [
      ...one.slope,
      one.curvature,
      ...one.hessian.flat(),
      one.energy,
    ]);
    const isFar = numbers.length !== wanted.length || numbers.some((number, place) => !isNear(number, wanted[place]));
    return isFar ? [`${where} is far from ${first.where}: [${numbers}] is not [${wanted}]`] : [];
  });
}

/** What is wrong with a page beside its numbers: threads where there are none, none where there should be, or complaints. */
export function complaints(page: Shown): readonly string[] {
  const { served, isolated, cores, auto, plain, onPage, threads: started, problems } = page;
  const threads = isolated ? Math.min(cores, 64) : 1;
  const engines = Object.entries({ auto, plain, onPage });
  const miscounted = engines.flatMap(([name, { engine }]) =>
    engine.threads === threads ? [] : [`${served}, ${name}: ${engine.threads} threads, not ${threads}`],
  );
  const wanted = engines.length * (threads - 1);
  if (started !== wanted) miscounted.push(`${served}: ${started} workers of the engines began, not ${wanted}`);
  const expected = (problem: string): boolean =>
    threads === 1 && /^@factorvae\/tensor: slower than it could be: .*no shared memory$/.test(problem);
  return [...miscounted, ...problems.filter((problem) => !expected(problem)).map((problem) => `${served}: ${problem}`)];
}

/** What is wrong with a training: a loss that does not fall, or that is no number. */
export function failures(where: string, { losses, correlation }: Trained): readonly string[] {
  const half = losses.length / 2;
  const average = (part: readonly number[]): number => part.reduce((sum, loss) => sum + loss, 0) / part.length;
  const [before, after] = [average(losses.slice(0, half)), average(losses.slice(half))];
  return [
    ...(after < before ? [] : [`${where}: the model's loss does not fall, ${before} to ${after}`]),
    ...(correlation > 0 && correlation <= 1
      ? []
      : [`${where}: the model's scores have a correlation of ${correlation}`]),
  ];
}

/**
 * How many types the compiler had to make, by its extended diagnostics.
 *
 * @throws Error if they do not say so.
 */
export function instantiationsIn(diagnostics: string): number {
  const [, count] = /^Instantiations:\s+(\d+)$/m.exec(diagnostics) ?? [];
  if (count === undefined) throw new Error(`outside: the compiler tells no instantiations:\n${diagnostics}`);
  return Number(count);
}

/** A line of the table that tells what ran where. */
export const told = ({ where, findings: { engine } }: Found): string =>
  `${where}: ${engine.kernels}, ${engine.threads} ${engine.threads === 1 ? "thread" : "threads"}`;
