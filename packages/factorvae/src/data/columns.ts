import { DataError, shorten } from "./data-error.js";

/** Everything that a column of a prices file can mean. */
export const columnRoles = [
  "date",
  "symbol",
  "open",
  "high",
  "low",
  "close",
  "volume",
  "vwap",
  "adjustedClose",
  "factor",
  "group",
] as const;

/** What a column of a prices file can mean. */
export type ColumnRole = (typeof columnRoles)[number];

/** Names by role as the file writes them; null says that the file has no such column, whatever its names suggest. */
export type ColumnMapping = Readonly<Partial<Record<ColumnRole, string | null>>>;

/** Which column stands where. Indices count from 0. */
export interface Columns {
  /** Every name of the header, in the file's order. */
  readonly header: readonly string[];
  readonly roles: ReadonlyMap<ColumnRole, number>;
  readonly date: number;
  /** Absent where the file's name says the symbol. */
  readonly symbol: number | undefined;
  /** Absent where a file need not have one. */
  readonly close?: number;
  /** The columns without a role, in the file's order, nameless ones left out. */
  readonly further: readonly number[];
}

/** Names by which a column is recognised, in the form `normalName` gives them. */
export const knownNames: Readonly<Record<ColumnRole, readonly string[]>> = {
  date: ["date", "datetime", "tradedate", "tradingdate", "timestamp"],
  symbol: ["symbol", "name", "ticker", "tscode", "instrument", "code", "asset"],
  open: ["open", "openprice"],
  high: ["high", "highprice"],
  low: ["low", "lowprice"],
  close: ["close", "closeprice"],
  volume: ["volume", "vol"],
  vwap: ["vwap"],
  adjustedClose: ["adjclose", "adjustedclose", "closeadj", "closeadjusted"],
  factor: ["factor", "adjfactor", "adjustmentfactor"],
  // Sector, industry, country: which of them is meant only a mapping says.
  group: [],
};

/**
 * Says which column of a prices file is which: by the mapping first, then by name (case, spaces, underscores, points,
 * hyphens, angle brackets and a leading `$` do not matter).
 * @param isNamedBySymbol the file's name says the symbol, so that no column has to
 * @throws DataError if a role has several candidates, a mapped name is not in the header, or there is no date, symbol or
 *   close column; the message names the columns found.
 */
export function recogniseColumns(
  file: string,
  header: readonly string[],
  mapping: ColumnMapping = {},
  isNamedBySymbol = false,
): Columns {
  refuseRepeatedNames(file, header);
  const roles = new Map<ColumnRole, number>();
  for (const role of columnRoles) {
    const name = mapping[role];
    if (typeof name !== "string") continue;
    const index = mappedColumn(file, header, role, name);
    for (const [other, taken] of roles) {
      if (taken === index)
        throw new DataError(`data.columns.${other} and data.columns.${role} name the same column`, {
          file,
          column: name,
        });
    }
    roles.set(role, index);
  }
  for (const role of columnRoles) {
    if (mapping[role] !== undefined) continue;
    const index = recognisedColumn(file, header, role, new Set(roles.values()));
    if (index !== undefined) roles.set(role, index);
  }
  if (roles.has("adjustedClose") && roles.has("factor")) {
    throw new DataError(
      `both ${quote(header[roles.get("adjustedClose") ?? 0])} and ${quote(header[roles.get("factor") ?? 0])} could adjust ` +
        "the prices; say which one by setting the other to null (data.columns.factor or data.columns.adjustedClose)",
      { file },
    );
  }
  const taken = new Set(roles.values());
  return {
    header,
    roles,
    date: required(file, header, roles, "date"),
    symbol: isNamedBySymbol ? roles.get("symbol") : required(file, header, roles, "symbol"),
    close: required(file, header, roles, "close"),
    further: header.flatMap((name, index) => (name.trim() === "" || taken.has(index) ? [] : [index])),
  };
}

/**
 * Which column of a wide file is the date, by the mapping or by name; the first, where its name is blank.
 * @throws DataError as `recogniseColumns`.
 */
export function recogniseDate(file: string, header: readonly string[], mapping: ColumnMapping = {}): number {
  const mapped = mapping.date;
  if (typeof mapped === "string") return mappedColumn(file, header, "date", mapped);
  const index = recognisedColumn(file, header, "date", new Set());
  if (index === undefined && header[0]?.trim() === "") return 0;
  return required(file, header, new Map(index === undefined ? [] : [["date", index]]), "date");
}

/**
 * Says which columns of a file are its keys, date and symbol; every other one is further. A mapping that names a column
 * which the file does not have is passed over: it may be of another file.
 * @throws DataError as `recogniseColumns`.
 */
export function recogniseKeys(
  file: string,
  header: readonly string[],
  mapping: ColumnMapping = {},
  isNamedBySymbol = false,
): Columns {
  refuseRepeatedNames(file, header);
  const roles = new Map<ColumnRole, number>();
  for (const role of ["date", "symbol"] as const) {
    const name = mapping[role];
    const mapped = typeof name === "string" ? header.indexOf(name) : -1;
    const index = mapped >= 0 ? mapped : recognisedColumn(file, header, role, new Set(roles.values()));
    if (index !== undefined) roles.set(role, index);
  }
  const taken = new Set(roles.values());
  return {
    header,
    roles,
    date: required(file, header, roles, "date"),
    symbol: isNamedBySymbol ? roles.get("symbol") : required(file, header, roles, "symbol"),
    further: header.flatMap((name, index) => (name.trim() === "" || taken.has(index) ? [] : [index])),
  };
}

/** A column name as it is compared: lower case, without spaces, underscores, points, hyphens, `<>` and `$`. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[\s_.$<>-]/g, "");
}

/** @throws DataError if two columns bear one name. */
export function refuseRepeatedNames(file: string, header: readonly string[]): void {
  const repeated = header.find((name, index) => name.trim() !== "" && header.indexOf(name) !== index);
  if (repeated !== undefined) throw new DataError("two columns bear this name; rename one", { file, column: repeated });
}

function mappedColumn(file: string, header: readonly string[], role: ColumnRole, name: string): number {
  const exact = header.indexOf(name);
  if (exact >= 0) return exact;
  const alike = header.flatMap((candidate, index) => (normalName(candidate) === normalName(name) ? [index] : []));
  if (alike.length === 1) return alike[0];
  throw new DataError(
    `data.columns.${role} names ${quote(name)}, which the file does not have; its columns are ${list(header)}`,
    { file },
  );
}

function recognisedColumn(
  file: string,
  header: readonly string[],
  role: ColumnRole,
  taken: ReadonlySet<number>,
): number | undefined {
  const candidates = header.flatMap((name, index) =>
    !taken.has(index) && knownNames[role].includes(normalName(name)) ? [index] : [],
  );
  if (candidates.length > 1) {
    throw new DataError(
      `several columns could be the ${role}: ${list(candidates.map((index) => header[index]))}; ` +
        `choose one with data.columns.${role}`,
      { file },
    );
  }
  return candidates[0];
}

function required(
  file: string,
  header: readonly string[],
  roles: ReadonlyMap<ColumnRole, number>,
  role: ColumnRole,
): number {
  const index = roles.get(role);
  if (index !== undefined) return index;
  const isSingle = header.filter((one) => one.trim() !== "").length === 1;
  const repair = isSingle
    ? "the first line is a single field: take away what stands above the header, and separate fields by comma, tab, semicolon or bar"
    : `say which one with data.columns.${role}`;
  throw new DataError(`no column is recognised as the ${role}; the columns are ${list(header)}; ${repair}`, { file });
}

function quote(name: string): string {
  return `"${shorten(name)}"`;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 30).map(quote).join(", ");
  return names.length > 30 ? `${shown} and ${names.length - 30} more` : shown;
}
