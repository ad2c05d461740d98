// Computes in two module workers, one for each kind of kernels, and on the page itself; shows all as JSON.
import { type Findings, findings } from "./gradients.js";

function inWorker(kernels: "auto" | "plain"): Promise<Findings> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Findings>) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(`the worker failed: ${message}`));
    worker.postMessage(kernels);
  });
}

const place = document.querySelector("#findings");
if (!place) throw new Error("index.html has no element #findings");
try {
  const auto = await inWorker("auto");
  const plain = await inWorker("plain");
  const onPage = await findings();
  place.textContent = JSON.stringify({
    isolated: crossOriginIsolated,
    cores: navigator.hardwareConcurrency,
    auto,
    plain,
    onPage,
  });
} catch (error) {
  place.textContent = JSON.stringify({ failed: String(error) });
}
