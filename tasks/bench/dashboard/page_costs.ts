/**
 * What a page costs its browser, as that itself counts it.
 *
 * Source: the Chrome DevTools Protocol, Performance.getMetrics.
 *
 * @module
 */

import type { CDPSession, Page } from "playwright-core";

/** What a page has cost so far. */
export interface Cost {
  /** Scripts ran so long, in milliseconds. */
  scriptMs: number;
  /** Layout and style took so long, in milliseconds. */
  layoutMs: number;
  /** What scripts hold, garbage included, in bytes. */
  heapBytes: number;
}

/** Reads the costs of one page. */
export interface Costs {
  read(): Promise<Cost>;
  session: CDPSession;
}

/** Begins to count, for this page and those that it goes to. */
export async function costsOf(page: Page): Promise<Costs> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  return {
    session,
    async read() {
      const { metrics } = await session.send("Performance.getMetrics");
      const values = new Map(metrics.map(({ name, value }) => [name, value]));
      const value = (name: string) => values.get(name) ?? NaN;
      return {
        scriptMs: value("ScriptDuration") * 1_000,
        layoutMs: (value("LayoutDuration") + value("RecalcStyleDuration")) *
          1_000,
        heapBytes: value("JSHeapUsedSize"),
      };
    },
  };
}

/** What scripts hold once the garbage is gone, in bytes. */
export async function heapOf({ read, session }: Costs): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  return (await read()).heapBytes;
}
