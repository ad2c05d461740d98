const absent = "–";

/** A number with a fixed count of decimals and a true minus sign; a dash where there is none. */
export function decimal(value: number | undefined, digits: number): string {
  if (value === undefined || !Number.isFinite(value)) return absent;
  const text = value.toFixed(digits);
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
