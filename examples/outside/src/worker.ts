import { configure } from "@factorvae/autograd";
import { findings } from "./gradients.js";

addEventListener("message", async ({ data }: MessageEvent<"auto" | "plain">) => {
  configure({ kernels: data });
  postMessage(await findings());
});
