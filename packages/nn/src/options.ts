import { type Key, Tensor } from "@factorvae/tensor";
import { described } from "./operand.js";

const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();

/** The known name that starts as the given one does: `padding` for `padding_idx`, `epsilon` for `eps`. */
const alike = (name: string, known: readonly string[]): string | undefined =>
  known.find((other) => plain(other).slice(0, 3) === plain(name).slice(0, 3));

/**
 * Checks the names of options: one that nothing reads would change nothing in silence.
 *
 * @throws TypeError if they are no object, or that names the first which is unknown.
 */
export function checkOptions<Options extends object>(
  operation: string,
  given: Options,
  known: readonly (keyof NoInfer<Options> & string)[],
): void {
  if (typeof given !== "object" || given === null || Array.isArray(given) || given instanceof Tensor)
    throw new TypeError(`${operation}: needs options { ${known.join(", ")} }, not ${described(given)}`);
  const names: readonly string[] = known;
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const meant = alike(unknown, names);
  throw new TypeError(
    `${operation}: there is no option ${JSON.stringify(unknown)}; ${meant ? `did you mean ${meant}?` : `there are ${known.join(", ")}`}`,
  );
}

/**
 * Checks that a layer starts from a key, given at a place that can be said.
 *
 * @throws TypeError that names the layer.
 */
export function checkKey(layer: string, given: Key, place = "as its last argument, such as key(1)"): void {
  if (typeof given === "object" && given !== null && "high" in given && "low" in given) return;
  const repair = typeof given === "number" ? `did you mean key(${given})?` : place;
  throw new TypeError(`${layer}: needs a key, not ${described(given)}; ${repair}`);
}
