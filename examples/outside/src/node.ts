// Prints, as JSON, what the libraries compute here. FACTORVAE_KERNELS and FACTORVAE_THREADS choose the engine.
import { findings } from "./gradients.js";
import { exposures } from "./market.js";

console.log(JSON.stringify({ ...(await findings()), ...exposures() }));
