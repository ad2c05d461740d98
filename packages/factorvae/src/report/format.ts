const absent = "–";
const largestWritten = 1e12;

/** A number with a fixed count of decimals and a true minus sign; a dash where there is none. */
export function decimal(value: number | undefined, digits: number): string {
  if (value === undefined || !Number.isFinite(value)) return absent;
  // The annual rate of a few wild days can have sixty digits.
  const text = Math.abs(value) < largestWritten ? value.toFixed(digits) : value.toExponential(1);
  // What rounds to zero bears no sign.
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text.replace("-", "−");
}

/** A share as percent with a narrow space that does not break: 0.0531 is `5.3 %`. */
export function percent(value: number | undefined, digits = 1): string {
  const text = decimal(value === undefined ? undefined : value * 100, digits);
  return text === absent ? absent : `${text}\u202f%`;
}

/** A whole number with thin spaces between thousands. */
export function whole(value: number | undefined): string {
  return decimal(value, 0).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** A count with its noun: `1 date`, `250 dates`. */
export function counted(count: number, noun: string): string {
  return `${whole(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Ticks of shares as percent, with as many decimals as they need. */
export function axisPercent(value: number): string {
  const text = (value * 100).toFixed(1).replace(/\.0$/, "").replace("-", "−");
  return `${text}\u202f%`;
}
