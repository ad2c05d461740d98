/** A parameter of a recurrent unit under our name: `gru.weightIh`, or `gru.stack.1.reverse.weightIh`. */
const ours = /^((?:[^.]+\.)*?)(?:stack\.(\d+)\.)?(?:(onward|reverse)\.)?(weight|bias)(Ih|Hh)$/;

/** The same under PyTorch's: `gru.weight_ih_l0`, or `gru.weight_ih_l1_reverse`. */
const theirs = /^((?:[^.]+\.)*)(weight|bias)_(ih|hh)_l(\d+)(_reverse)?$/;

/** PyTorch's name of a parameter of a recurrent unit; any other name as it is. */
export function unitToPyTorch(name: string): string {
  const found = ours.exec(name);
  if (!found) return name;
  const [, module, layer = "0", direction, kind, source] = found;
  return `${module}${kind}_${source.toLowerCase()}_l${layer}${direction === "reverse" ? "_reverse" : ""}`;
}

/**
 * Our names of the parameters of recurrent units, any other name as it is. Which names there are tells what a module is: one
 * with a layer above the first is a stack, one with a reverse layer goes both ways.
 */
export function unitsFromPyTorch(names: readonly string[]): (name: string) => string {
  const modulesWith = (part: RegExp): ReadonlySet<string> =>
    new Set(names.filter((name) => part.test(name)).map((name) => theirs.exec(name)?.[1] ?? name));
  const [stacks, bothWays] = [modulesWith(/_l[1-9]\d*(_reverse)?$/), modulesWith(/_reverse$/)];
  return (name) => {
    const found = theirs.exec(name);
    if (!found) return name;
    const [, module, kind, source, layer, reverse] = found;
    const place = stacks.has(module) ? `stack.${layer}.` : "";
    const direction = reverse ? "reverse." : "onward.";
    return `${module}${place}${bothWays.has(module) ? direction : ""}${kind}${source === "ih" ? "Ih" : "Hh"}`;
  };
}
