/**
 * A real browser for tests: Debian's Chromium, without a window.
 *
 * Whatever a page should never do fails the test that has opened it: an error on
 * its console, a request to elsewhere, what its Content-Security-Policy forbids.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import AXE from "axe-core/axe.min.js" with { type: "text" };
import type { Browser, Page } from "playwright-core";
import {
  CHROMIUM,
  launchChromium,
  NO_CHROMIUM,
} from "../../tasks/bench/dashboard/chromium.ts";
import type { DeclareTest, TestRun } from "./at_once.ts";
import { testWhere } from "./built_clients.ts";

/** Declares a test that needs Chromium. */
export function testInBrowser(
  name: string,
  run: TestRun,
  declare: DeclareTest = Deno.test,
): void {
  const reason = CHROMIUM === undefined ? NO_CHROMIUM : undefined;
  testWhere(name, reason, run, declare);
}

/** A page that is looked at, and what it must not have done. */
export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** Takes a picture for who looks at the tests' results. */
  picture(name: string): Promise<void>;
  /** @throws {AssertionError} With what axe-core finds serious or critical. */
  assertAccessible(): Promise<void>;
}

/** What a page is looked at with. */
export interface Look {
  /** @default {"light"} */
  theme?: "light" | "dark";
  /** In CSS pixels. @default {1280} */
  width?: number;
  /** @default {800} */
  height?: number;
}

/** A browser that has been started. */
export interface TestBrowser extends AsyncDisposable {
  /**
   * Opens an address in a profile of its own: nothing of other pages is known.
   * Leaving the block fails where the page did what none may do.
   *
   * @param allowed Problems that are meant, by a part of their words.
   */
  open(
    url: string,
    look?: Look & { allowed?: readonly RegExp[] },
  ): Promise<OpenPage>;
}

/** How long anything in a page may take, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Where pictures go; none are taken without. */
const PICTURES = Deno.env.get("DENIZEN_PICTURES");

/** Starts Chromium. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await launchChromium(CHROMIUM!);
  return {
    open: (url, look) => openPage(browser, url, look),
    async [Symbol.asyncDispose]() {
      await browser.close();
    },
  };
}

async function openPage(
  browser: Browser,
  url: string,
  { theme = "light", width = 1280, height = 800, allowed = [] }:
    & Look
    & { allowed?: readonly RegExp[] } = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    colorScheme: theme,
    viewport: { width, height },
    // A picture is the same wherever it is taken.
    locale: "en-GB",
    timezoneId: "UTC",
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const problems: string[] = [];
  const { origin } = new URL(url);
  page.on("console", (message) => {
    // A violation of the policy is an error, too.
    if (message.type() !== "error" && message.type() !== "warning") return;
    problems.push(`${message.type()} on the console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`thrown: ${error.message}`));
  page.on("request", (request) => {
    const asked = request.url();
    if (/^(data|blob):/.test(asked) || new URL(asked).origin === origin) return;
    problems.push(`a request to elsewhere: ${asked}`);
  });
  await page.goto(url);
  return {
    page,
    async picture(name) {
      if (PICTURES === undefined) return;
      await Deno.mkdir(PICTURES, { recursive: true });
      await page.screenshot({
        path: `${PICTURES}/${name}.png`,
        fullPage: true,
      });
    },
    async assertAccessible() {
      // By the debugger, which no policy of the page binds.
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(
        "axe.run({ resultTypes: ['violations'] })",
      ) as { violations: AxeViolation[] };
      assertEquals(violations.filter(isSerious).map(describe), []);
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      assertEquals(
        problems.filter((each) => !allowed.some((words) => words.test(each))),
        [],
      );
    },
  };
}

/** As axe-core reports it; the fields that are shown. */
interface AxeViolation {
  id: string;
  impact: string | null;
  help: string;
  nodes: { target: unknown[]; failureSummary?: string }[];
}

function isSerious({ impact }: AxeViolation): boolean {
  return impact === "serious" || impact === "critical";
}

function describe({ id, help, nodes }: AxeViolation): string {
  const places = nodes.map(({ target, failureSummary = "" }) =>
    `${target.join(" ")}: ${failureSummary}`
  );
  return `${id}: ${help}\n${places.join("\n")}`;
}
