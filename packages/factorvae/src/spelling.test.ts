import fc from "fast-check";
import { expect, it } from "vitest";
import { nearestName } from "./spelling.js";

it("a name is found by a word of any case with a letter more, less or other; a far word finds none", () => {
  const names = ["trainDays", "validFrom", "embargo", "RESI10"];
  const place = fc.nat(20);
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      place,
      fc.constantFrom("", "x", "Q"),
      fc.boolean(),
      (name, at, letter, upper) => {
        const from = at % name.length;
        const word = name.slice(0, from) + letter + name.slice(from + 1);
        expect(nearestName(upper ? word.toUpperCase() : word, names)).toBe(name);
      },
    ),
  );
  expect(nearestName("portfolio", names)).toBeUndefined();
  expect(nearestName("anything", [])).toBeUndefined();
});
