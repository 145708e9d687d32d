/**
 * A real browser without a window: the Chromium that is installed.
 *
 * @module
 */

import { type Browser, chromium } from "playwright-core";
import { isThereNow } from "../../../runtime/files/optional_file.ts";

/** Where its user says that it is, and where it may be. */
const PLACES = ["CHROMIUM", "CHROME_BIN"].flatMap((name) =>
  Deno.env.get(name) ?? []
).concat([
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
]);

/** Where it is; undefined where it is not installed. */
export const CHROMIUM: string | undefined = PLACES.find((path) =>
  isThereNow(path, { unknown: false })
);

/** What is said where it is missing. */
export const NO_CHROMIUM =
  "Chromium is not installed (apt-get install chromium)";

/**
 * Starts it.
 *
 * @param path One that is there: {@linkcode CHROMIUM}.
 */
export async function launchChromium(path: string): Promise<Browser> {
  return await chromium.launch({
    executablePath: path,
    // Its own sandbox wants rights that a container or root has not.
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
}
