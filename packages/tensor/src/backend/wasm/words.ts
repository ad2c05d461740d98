import { type Code, i32, type Local } from "./assembler.js";

/** Reads the arguments of a kernel by name. */
export const wordsOf =
  <Name extends string>(args: Local, names: readonly Name[]) =>
  (name: Name): Code =>
    i32.load(args, 4 * names.indexOf(name));

/** Values by name in the order of a kernel's arguments. */
export const arranged = <Name extends string>(
  names: readonly Name[],
  values: Readonly<Record<Name, number>>,
): number[] => names.map((name) => values[name]);
