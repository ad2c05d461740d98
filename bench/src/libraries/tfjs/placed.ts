import * as tf from "@tensorflow/tfjs-core";
import { sumOf, type Timed } from "../../case.js";

/** Results stay where the library keeps them, or are read to the heap. */
export function placed(place: "heap" | "scope", compute: () => tf.Tensor): Timed {
  const read = () => tf.tidy(() => compute().dataSync());
  return {
    run: place === "heap" ? () => read()[0] : () => compute().dispose(),
    check: () => sumOf(read()),
  };
}
