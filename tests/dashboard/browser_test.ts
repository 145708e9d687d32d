/**
 * The page in a real browser, filled by a real supervisor and a real run.
 *
 * Whatever a page does wrong in passing fails the test that has it open: an error
 * on its console, a request to elsewhere (tests/support/browser.ts).
 */

import { assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { openBrowser, testInBrowser } from "../support/browser.ts";
import { superviseWatched } from "../support/dashboards.ts";
import { freePorts } from "../support/free_ports.ts";
import { findStages, runFolder, startRun } from "../support/runs.ts";
import { testsAtOnce } from "../support/at_once.ts";

const PAGES = ["", "map", "logs", "events", "registry", "pipeline"];

/** How long a picture of a run has to have something to show, in milliseconds. */
const FILLED_MS = Deno.env.has("DENIZEN_PICTURES") ? 8_000 : 0;

/** What would run if any of it were taken for HTML. */
const HOSTILE =
  `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`;

/** A broker, two calculators that register there, and who calls them. */
function services() {
  const port = freePorts(3);
  const script = (path: string) =>
    new URL(`../../${path}`, import.meta.url).pathname;
  const healthy = { broker: { condition: "service_healthy" } };
  return {
    broker: {
      script: script("broker/main.ts"),
      port,
      args: ["--address=${self.address}"],
      permissions: { net: ["self"] },
      healthcheck: { grpc: "self", interval: "200ms" },
      restart: "always",
    },
    "calculator-server": {
      script: script("calculator/server.ts"),
      port: port + 1,
      deploy: { replicas: 2 },
      args: ["--address=${self.address}", "--broker=${broker.address}"],
      permissions: { net: ["self", "broker"] },
      depends_on: healthy,
      healthcheck: { grpc: "self", interval: "200ms" },
      restart: "always",
      // As long as a picture takes.
      restart_policy: { delay: "3s", max_delay: "3s" },
    },
    "calculator-client": {
      script: script("calculator/client.ts"),
      args: ["--broker=${broker.address}", "--interval=200ms"],
      permissions: { net: ["broker", "calculator-server"] },
      depends_on: {
        "calculator-server": { condition: "service_healthy" },
      },
      restart: "always",
    },
  };
}

/** One that does nothing, and one that means no good. */
const OTHERS = {
  worker: { command: ["/bin/sleep", "1000"] },
  hostile: {
    command: [
      "/bin/sh",
      "-c",
      `printf '%s\\n' "$1"; printf '\\033[31mred\\033[0m \\033]0;taken\\007\\n'; exec sleep 1000`,
      "sh",
      HOSTILE,
    ],
  },
};

const atOnce = testsAtOnce("the page in a browser");
const test = (name: string, run: () => Promise<void>) =>
  testInBrowser(name, run, atOnce);

test("each page is filled, can be used by everybody, and fits in each width and theme", async () => {
  await using watched = await superviseWatched({ ...services(), ...OTHERS });
  await using browser = await openBrowser();
  await using opened = await browser.open(await watched.address());
  const { page } = opened;

  for (const path of PAGES) {
    for (const theme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: theme });
      for (const width of [380, 1024, 1920]) {
        await page.setViewportSize({ width, height: 900 });
        await show(page, path);
        assertEquals(await overflow(page), 0, `/${path} at ${width}`);
        await opened.picture(`${path || "services"}-${width}-${theme}`);
      }
      await opened.assertAccessible();
    }
  }
});

test("what services write and are called stays text", async () => {
  await using watched = await superviseWatched(OTHERS);
  await using browser = await openBrowser();
  await using opened = await browser.open(await watched.address());
  const { page } = opened;

  for (const path of ["logs", "?service=hostile", "events"]) {
    await show(page, path);
    assertEquals(await page.locator("img, script:not([src])").count(), 0);
    assertEquals(
      await page.title().then((title) => /taken/.test(title)),
      false,
    );
  }
  await show(page, "logs");
  await page.getByText(HOSTILE, { exact: true }).waitFor();
  // Neither the colour nor the new title of the terminal is left over.
  await page.getByText("red", { exact: true }).waitFor();
});

test("kill -9 of a service is seen, and that it heals", async () => {
  await using watched = await superviseWatched(services());
  await using browser = await openBrowser();
  await using opened = await browser.open(await watched.address());
  const { page } = opened;
  await inRow(page, "calculator-server-2", /healthy/i);
  const { pid } = (await watched.workspace.services())
    .get("calculator-server-2")!;
  const box = (state: RegExp) =>
    page.getByRole("link", { name: /^calculator-server/ })
      .filter({ hasText: state });

  await show(page, "map");
  await box(/2 healthy/).waitFor();
  Deno.kill(pid!, "SIGKILL");
  await box(/killed|again/).waitFor();
  await opened.picture("map-kill");
  await box(/2 healthy/).waitFor();
  await show(page, "");
  await inRow(page, "calculator-server-2", /healthy/i);
  await show(page, "events");
  await page.getByText(/SIGKILL/).first().waitFor();
});

test("each action works, and asks first", async () => {
  await using watched = await superviseWatched(OTHERS);
  await using browser = await openBrowser();
  await using opened = await browser.open(await watched.address());
  const { page } = opened;

  await act(page, "Stop", "worker");
  await inRow(page, "worker", /exited/i);
  await act(page, "Start", "worker");
  await inRow(page, "worker", /running/i);
  const before = (await watched.workspace.services()).get("worker")!.pid;
  await act(page, "Restart", "worker");
  await watched.supervised.said(/ worker: started/, 3);
  await inRow(page, "worker", /running/i);
  const after = (await watched.workspace.services()).get("worker")!.pid;
  assertEquals(after === before, false);
  await act(page, "Scale", "worker", async () => {
    await page.getByRole("dialog").getByRole("spinbutton").fill("2");
  });
  await watched.supervised.said(/ worker-2: started/);
  await page.getByRole("link", { name: "worker-2" }).waitFor();
});

test("the owner's page can change nothing where it is read-only", async () => {
  await using watched = await superviseWatched(OTHERS, { read_only: true });
  await using browser = await openBrowser();
  await using opened = await browser.open(await watched.address(), {
    allowed: [/403/],
  });
  const { page } = opened;

  await inRow(page, "worker", /running/i);
  assertEquals(await page.getByRole("button", { name: /^Stop/ }).count(), 0);
  const status = await page.evaluate(async () =>
    (await fetch("/api/services/worker/stop", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    })).status
  );
  assertEquals(status, 403);
  assertEquals(
    (await watched.workspace.services()).get("worker")!.state,
    "running",
  );
});

test("an address lets in one browser, once; nobody else sees anything", async () => {
  await using watched = await superviseWatched(OTHERS);
  const address = await watched.address();
  await using browser = await openBrowser();
  {
    await using first = await browser.open(address);
    await first.page.getByRole("heading", { level: 1 }).waitFor();
    // That browser may open it as often as it likes.
    await first.page.goto(address);
    await first.page.getByRole("link", { name: "worker" }).waitFor();
  }
  await using second = await browser.open(address, { allowed: [/403|401/] });
  assertMatch(await second.page.locator("body").innerText(), /dashboard/);
  assertEquals(await second.page.getByText("hostile").count(), 0);
  await second.page.goto(new URL("/logs", address).href);
  assertEquals(await second.page.getByText("hostile").count(), 0);
});

test("the page goes on by itself after kill -9 of the dashboard", async () => {
  await using watched = await superviseWatched(OTHERS);
  await using browser = await openBrowser();
  await using opened = await browser.open(await watched.address(), {
    // The browser tells of each try to come back.
    allowed: [/ERR_(CONNECTION|INCOMPLETE|EMPTY|NETWORK)/],
  });
  const { page } = opened;
  await inRow(page, "worker", /running/i);
  const dashboard = (await watched.workspace.services()).get("dashboard")!;

  Deno.kill(dashboard.pid!, "SIGKILL");
  await watched.supervised.said(/ dashboard: started/, 2);
  await watched.workspace.run("stop", "worker");
  await inRow(page, "worker", /exited/i);
});

test("a run is seen while it goes on, with a stage that is killed, and afterwards", async () => {
  await using watched = await superviseWatched(services());
  await using browser = await openBrowser();
  await using opened = await browser.open(await watched.address());
  const { page } = opened;
  await show(page, "pipeline");
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, [
    "--input=-",
    `--report=${folder.file("run.html")}`,
  ], { cwd: watched.workspace.folder, stdin: "piped" });
  const writer = run.stdin!.getWriter();
  const write = (count: number) =>
    writer.write(new TextEncoder().encode(
      '{"ts":"2026-01-01T00:00:00.250Z","type":"click","user":"u1","value":17}\n{"ts":1,"type":"<b>"}\n'
        .repeat(count),
    ));

  const startedMs = performance.now();
  const isSeen = async () =>
    await page.locator(".totals").getByText(/^[1-9][\d\s]*$/).count() > 0 &&
    performance.now() - startedMs > FILLED_MS;
  while (!await isSeen()) await write(5_000);
  const { rules } = await findStages(run.port);
  Deno.kill(rules!, "SIGKILL");
  await page.getByText(/"rules" \(pid \d+\) was ended by SIGKILL/).first()
    .waitFor();
  await opened.picture("pipeline-kill");
  await write(5_000);
  await writer.close();
  const { code } = await run.status;
  assertEquals(code, 0);
  await page.getByText(/finished/i).first().waitFor();
  await page.getByText(/click/).first().waitFor();
  await opened.assertAccessible();
  await opened.picture("pipeline-finished");

  await using report = await browser.open(
    new URL(`file://${folder.file("run.html")}`).href,
  );
  await report.page.getByText(/click/).first().waitFor();
  await report.assertAccessible();
  await report.picture("report");
});

/** Goes to a page, and waits until it has something to show. */
async function show(page: Page, path: string): Promise<void> {
  await page.goto(new URL(`/${path}`, page.url()).href);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.locator("[aria-busy=true]").waitFor({ state: "detached" });
}

/** How far the page is wider than its window, in pixels. */
async function overflow(page: Page): Promise<number> {
  return await page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
}

/** Waits until the row of a service says what is wanted. */
async function inRow(page: Page, name: string, wanted: RegExp): Promise<void> {
  await page.getByRole("row").filter({
    has: page.getByRole("link", { name, exact: true }),
  }).filter({ hasText: wanted }).waitFor();
}

/** Presses the button of a service, and says that it is meant. */
async function act(
  page: Page,
  action: string,
  name: string,
  fill: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await page.getByRole("button", { name: `${action} ${name}` }).first().click();
  await fill();
  await page.getByRole("dialog").getByRole("button", {
    name: new RegExp(`^${action}`),
  }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}
