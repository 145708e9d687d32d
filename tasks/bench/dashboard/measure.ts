/**
 * Looks at a dashboard of many services with a real browser.
 *
 * @module
 */

import { join } from "node:path";
import type { Page } from "playwright-core";
import { invite } from "../../../dashboard/client.ts";
import { dashboardFolder } from "../../../runtime/control/dashboard_socket.ts";
import type { Guardian } from "../../../runtime/process/guardian.ts";
import { readStat } from "../../../runtime/process/process_group.ts";
import { pause } from "../../../runtime/program/abort.ts";
import { Failure } from "../../../runtime/program/errors.ts";
import { log } from "../../../runtime/program/log.ts";
import { stateDirOf } from "../../../supervisor/config/config.ts";
import { connectControl } from "../../../supervisor/control/client.ts";
import { memoryOf, superviseServices } from "../supervisor/supervised.ts";
import { launchChromium } from "./chromium.ts";
import type { Figures, PageFigures } from "./figures.ts";
import { type Costs, costsOf, heapOf } from "./page_costs.ts";
import { LAST_WORD, talkers } from "./talkers.ts";

/** What is measured, and for how long. */
export interface Plan {
  services: number;
  /** All of them together, a multiple of `services`. */
  lines: number;
  /** How long a page is watched while all talk, in seconds. */
  seconds: number;
}

const PAGES = ["", "map", "logs", "events"];
/** Those that are watched while they are live. */
const LIVE = ["", "logs"];
/** How long the page may take for anything, in milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Measures it.
 *
 * @param browser Where Chromium is.
 */
export async function measureDashboard(
  guardian: Guardian,
  browser: string,
  { services, lines, seconds }: Plan,
): Promise<Figures> {
  log(`Starting ${services} services and the dashboard`);
  await using supervised = await superviseServices(
    guardian,
    talkers(services, lines / services),
    { top: { dashboard: true } },
  );
  await supervised.said(/dashboard: http/);
  const config = join(supervised.folder, "config.yaml");
  const control = await connectControl(config);
  const { services: listed } = await control.list();
  const server = listed.find(({ name }) => name === "dashboard")?.pid ??
    fail("the dashboard is not listed");
  const emptyBytes = await memoryOf(server, "VmRSS");

  await using chromium = await launchChromium(browser);
  const page = await (await chromium.newContext()).newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const address = await invite(dashboardFolder(stateDirOf(config))) ??
    fail("the dashboard does not answer");
  await page.goto(address);
  const origin = new URL(address).origin;

  log(`Writing ${lines} lines`);
  await page.goto("about:blank");
  await Deno.writeTextFile(join(supervised.folder, "go"), "");
  await supervised.said(new RegExp(LAST_WORD), services);
  await page.goto(`${origin}/events`);
  await page.waitForFunction(hasLines, lines, { polling: 200 });
  await page.goto("about:blank");
  await pause(1_000);
  const fullBytes = await memoryOf(server, "VmRSS");

  const costs = await costsOf(page);
  const pages: Record<string, PageFigures> = {};
  const live: Figures["live"] = {};
  let openBytes = 0;
  let cpuMs = NaN;
  for (const path of PAGES) {
    log(`Looking at /${path}`);
    await page.goto("about:blank");
    const startedMs = performance.now();
    const before = await costs.read();
    await page.goto(`${origin}/${path}`);
    await isFilled(page);
    const filledMs = performance.now() - startedMs;
    const after = await costs.read();
    pages[path] = {
      filledMs,
      scriptMs: after.scriptMs - before.scriptMs,
      layoutMs: after.layoutMs - before.layoutMs,
      heapBytes: await heapOf(costs),
    };
    if (!LIVE.includes(path)) continue;
    const busy = await whileWatched(costs, server, seconds);
    live[path] = { scriptMs: busy.scriptMs, layoutMs: busy.layoutMs };
    if (path !== "logs") continue;
    cpuMs = busy.cpuMs;
    openBytes = await memoryOf(server, "VmRSS");
  }

  log("Searching all lines");
  await page.goto(`${origin}/logs`);
  await isFilled(page);
  const before = await costs.read();
  const startedMs = performance.now();
  await page.getByRole("searchbox").fill(`line 7 of talker-${services - 1} `);
  // It is there to be pressed once there is a match.
  await page.getByRole("button", { name: "Next match" }).click();
  await page.locator("mark").first().waitFor();
  const foundMs = performance.now() - startedMs;
  const after = await costs.read();
  return {
    services,
    lines,
    pages,
    live,
    search: { foundMs, scriptMs: after.scriptMs - before.scriptMs },
    server: { emptyBytes, fullBytes, openBytes, cpuMs },
  };
}

/** In the page: true once the server knows so many lines. */
async function hasLines(lines: number): Promise<boolean> {
  const answer = await fetch("/api/logs?limit=1");
  const { first, next } = await answer.json() as {
    first: number;
    next: number;
  };
  return next - first >= lines;
}

/** Waits until a page shows what there is. */
async function isFilled(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.locator("[aria-busy=true]").waitFor({ state: "detached" });
}

/** What a page that is open takes of a second, and its server. */
async function whileWatched(
  costs: Costs,
  server: number,
  seconds: number,
): Promise<{ scriptMs: number; layoutMs: number; cpuMs: number }> {
  // What filling it has left to do is over.
  await pause(2_000);
  const before = await costs.read();
  const cpuBefore = (await readStat(server))?.cpuTicks ?? NaN;
  await pause(seconds * 1_000);
  const after = await costs.read();
  const cpuAfter = (await readStat(server))?.cpuTicks ?? NaN;
  return {
    scriptMs: (after.scriptMs - before.scriptMs) / seconds,
    layoutMs: (after.layoutMs - before.layoutMs) / seconds,
    // A clock tick is 10 ms.
    cpuMs: (cpuAfter - cpuBefore) * 10 / seconds,
  };
}

function fail(why: string): never {
  throw new Failure(`Cannot measure the dashboard: ${why}`);
}
