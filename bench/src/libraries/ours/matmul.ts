import { type Mat, matmul, t, tensor } from "@factorvae/autograd";
import type { Timed } from "../../case.js";
import type { MatmulSpec } from "../../groups/matmul.js";
import { values } from "../../values.js";
import { placed } from "./place.js";

/** A matrix product. */
export function matmulCase({ m, k, n, layout, place }: MatmulSpec): Timed {
  const [a, b] = [tensor(values("a", m * k), [m * k]), tensor(values("b", k * n), [k * n])];
  const left: Mat = layout === "TN" ? t(a.reshape([k, m])) : a.reshape([m, k]);
  const right: Mat = layout === "NT" ? t(b.reshape([n, k])) : b.reshape([k, n]);
  return placed(place, [a, b], () => matmul(left, right));
}
