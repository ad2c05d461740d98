// Prints, as JSON, what the libraries compute here. FACTORVAE_KERNELS and FACTORVAE_THREADS choose the engine.
import { findings } from "./gradients.js";
import { exposures } from "./market.js";
import { trained } from "./model.js";

const { losses, correlation } = trained();
console.log(JSON.stringify({ ...(await findings()), ...exposures(), losses, correlation }));
