import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { watchOthers } from "./others.js";

describe("watchOthers", () => {
  it("tells of at least none, and of none where the process cannot be seen", async () => {
    const [here, nobody] = [watchOthers(process.pid), watchOthers(2 ** 30)];
    await setTimeout(60);
    expect(here()).toBeGreaterThanOrEqual(0);
    expect(nobody()).toBe(0);
  });
});
