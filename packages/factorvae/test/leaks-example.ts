import { audit, auditContext, inspect, readEvidence, readPrices } from "factorvae";

/** The checks that a run fails, and what was found. */
export async function leaks(run: string, prices: string): Promise<string[]> {
  const context = auditContext(await readEvidence(run), await readPrices(prices));
  const failed: string[] = [];
  for await (const { outcome, name, detail } of audit(context))
    if (outcome === "fail") failed.push(`${name}: ${detail}`);
  return failed;
}

/** What there is to look at in a file of prices. */
export async function oddities(prices: string): Promise<string[]> {
  const { found, survivorship } = inspect(await readPrices(prices));
  return [...found.map(({ name, count, about }) => `${name}: ${count} (${about})`), survivorship.hint];
}
