import { expect, it, vi } from "vitest";

it("a second copy of the package is refused, and both places are told", async () => {
  await import("./index.js");
  vi.resetModules();
  await expect(import("./index.js")).rejects.toThrow(
    /^@factorvae\/tensor: two copies are loaded, \S+only-copy.ts and \S+only-copy.ts; install one version of it/,
  );
});
