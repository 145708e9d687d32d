/**
 * Makes one HTML file of a run: with all it needs in it, so that it opens from a
 * disk, without a server and without a network.
 *
 * A browser does not load one module from another beside a file. So each is in
 * the document as a data: address, under a name of its own in an import map.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { posix } from "node:path";
import { asModule, assetAt, STYLE_PATH } from "../server/assets.ts";
import { PAGE_FILES } from "../server/page_files.js";
import type { KeptRun } from "../wire.ts";

/** Where the page of a report begins. */
const START = "report_page.ts";

/** What its modules import by name, and where the server has it. */
const PACKAGES: Readonly<Record<string, string>> = {
  "htm/preact/standalone": "/vendor/htm.js",
  "uplot": "/vendor/uplot.js",
};

/** Returns the report of a run as HTML. */
export function reportOf(kept: KeptRun): string {
  const scripts = [
    { type: "importmap", text: JSON.stringify({ imports: addresses() }) },
    { type: "module", text: `import "${nameOf(START)}";` },
  ];
  const styles = [bodyOf("/vendor/uplot.css"), bodyOf(STYLE_PATH)];
  const policy = [
    "default-src 'none'",
    `script-src data: ${scripts.map(({ text }) => hashOf(text)).join(" ")}`,
    `style-src ${styles.map(hashOf).join(" ")}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Denizen</title>
${styles.map((text) => `<style>${text}</style>`).join("\n")}
</head>
<body>
<div id="app"><noscript>This report needs JavaScript.</noscript></div>
<script type="application/json" id="kept-run">${asData(kept)}</script>
${
    scripts.map(({ type, text }) => `<script type="${type}">${text}</script>`)
      .join("\n")
  }
</body>
</html>
`;
}

/** The address of each module that the page imports, by its name. */
function addresses(): Record<string, string> {
  const found = new Map<string, string>();
  const waiting = [START];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(nameOf(path))) continue;
    const text = asModule(sourceOf(path), (name) => {
      if (!name.startsWith(".")) return undefined;
      const other = posix.join(posix.dirname(path!), name);
      waiting.push(other);
      return nameOf(other);
    });
    found.set(nameOf(path), addressOf(text));
  }
  for (const [name, path] of Object.entries(PACKAGES)) {
    found.set(name, addressOf(bodyOf(path)));
  }
  return Object.fromEntries(found);
}

/** A bare name, as only those are looked up in an import map. */
function nameOf(path: string): string {
  return `page/${path}`;
}

function addressOf(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return `data:text/javascript;base64,${bytes.toBase64()}`;
}

function sourceOf(path: string): string {
  const text = (PAGE_FILES as Readonly<Record<string, string>>)[path];
  if (text === undefined) throw new Error(`the page has no file "${path}"`);
  return text;
}

function bodyOf(path: string): string {
  const asset = assetAt(path);
  if (!asset) throw new Error(`the dashboard has no file "${path}"`);
  return asset.body;
}

/** JSON in which nothing can end the element that it stands in. */
function asData(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/** What a policy of content says of one inline element. */
function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
