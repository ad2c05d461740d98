// What the page computes, served and opened in a browser: node browser.js BROWSER. Prints one line of JSON for each way of
// serving it: bundled and as the development server has it, isolated and not.
import { chromium } from "playwright-core";
import { build, createServer, preview } from "vite";

const [executablePath] = process.argv.slice(2);
if (!executablePath) throw new Error("browser.js: name the browser's program");

const quiet = { logLevel: "warn" };
await build(quiet);
const bundled = async () => {
  const server = await preview({ ...quiet, preview: { port: 0 } });
  return { url: server.resolvedUrls.local[0], close: () => server.close() };
};
const inDevelopment = async () => {
  const server = await createServer({ ...quiet, server: { port: 0 } });
  await server.listen();
  return { url: server.resolvedUrls.local[0], close: () => server.close() };
};

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  for (const [name, serve] of Object.entries({ bundled, inDevelopment }))
    for (const isolated of ["1", "0"]) {
      process.env.ISOLATED = isolated;
      const { url, close } = await serve();
      const page = await browser.newPage();
      const problems = [];
      let threads = 0;
      // Those of the engine have no file: their source is in the library's code.
      page.on("worker", (worker) => {
        if (worker.url().startsWith("blob:")) threads++;
      });
      page.on("console", (message) => {
        if (["warning", "error"].includes(message.type())) problems.push(message.text());
      });
      page.on("pageerror", (error) => problems.push(String(error)));
      await page.goto(url);
      try {
        await page.waitForFunction(() => document.querySelector("#findings")?.textContent, null, { timeout: 120_000 });
      } catch (error) {
        throw new Error(`${name}: the page shows nothing; it said: ${problems.join("; ")}`, { cause: error });
      }
      const findings = JSON.parse(await page.textContent("#findings"));
      process.stdout.write(
        `${JSON.stringify({ served: name, browser: browser.version(), ...findings, threads, problems })}\n`,
      );
      await page.close();
      await close();
    }
} finally {
  await browser.close();
}
