/**
 * The files of the page.
 *
 * All of them are imported as text, so that a sandboxed server needs no right to
 * read them, and nothing else can be asked for. A browser runs TypeScript
 * once its types are stripped.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { stripTypeScriptTypes } from "node:module";
import { extname } from "node:path";
import DAGRE from "@dagrejs/dagre" with { type: "text" };
import HTM from "htm/preact/standalone" with { type: "text" };
import RE2JS from "re2js" with { type: "text" };
import UPLOT from "uplot/dist/uPlot.esm.js" with { type: "text" };
import UPLOT_CSS from "uplot/dist/uPlot.min.css" with {
  type: "text",
};
import { PAGE_FILES } from "./page_files.js";

/** What the page imports by name, and where that is served. */
const PACKAGES: Readonly<Record<string, string>> = {
  "@dagrejs/dagre": "/vendor/dagre.js",
  "htm/preact/standalone": "/vendor/htm.js",
  "re2js": "/vendor/re2js.js",
  "uplot": "/vendor/uplot.js",
};

/** A file as it is served. */
export interface Asset {
  body: string;
  type: string;
  /** Changes with the body. */
  etag: string;
}

/** The page itself, for each of its routes. */
export const PAGE = "/index.html";
/** What anybody may have: the pages that refuse somebody look like the others. */
export const STYLE_PATH = "/app/style.css";

/** What a file is, by the end of its name; the types of a module are stripped. */
const TYPES: Readonly<Record<string, string>> = {
  ".ts": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".svg": "image/svg+xml",
};

const INDEX = "index.html";

/** Makes each file when it is asked for the first time. */
const SOURCES: ReadonlyMap<string, () => { body: string; type: string }> =
  new Map([
    [PAGE, () => ({ body: PAGE_FILES[INDEX]!, type: TYPES[".html"]! })],
    ["/vendor/dagre.js", () => ({ body: DAGRE, type: TYPES[".ts"]! })],
    ["/vendor/htm.js", () => ({ body: HTM, type: TYPES[".ts"]! })],
    ["/vendor/re2js.js", () => ({ body: RE2JS, type: TYPES[".ts"]! })],
    ["/vendor/uplot.js", () => ({ body: UPLOT, type: TYPES[".ts"]! })],
    ["/vendor/uplot.css", () => ({ body: UPLOT_CSS, type: TYPES[".css"]! })],
    ...Object.entries(PAGE_FILES)
      .filter(([path]) => path !== INDEX)
      .map(([path, text]) =>
        [`/app/${path}`, () => asServed(path, text)] as const
      ),
  ]);

const made = new Map<string, Asset>();

/** Returns a file by the path of its address; undefined where there is none. */
export function assetAt(path: string): Asset | undefined {
  const known = made.get(path);
  if (known) return known;
  const source = SOURCES.get(path)?.();
  if (!source) return undefined;
  const digest = createHash("sha256").update(source.body).digest("hex");
  const asset = { ...source, etag: `"${digest.slice(0, 32)}"` };
  made.set(path, asset);
  return asset;
}

function asServed(path: string, text: string) {
  const type = TYPES[extname(path)]!;
  const body = path.endsWith(".ts")
    ? asModule(text, (name) => PACKAGES[name])
    : text;
  return { body, type };
}

/**
 * Makes of a module of TypeScript what a browser runs.
 *
 * @param placeOf Says where an import is instead; undefined leaves it.
 */
export function asModule(
  text: string,
  placeOf: (name: string) => string | undefined,
): string {
  return stripTypeScriptTypes(text).replaceAll(
    /\b(from|import)(\s*)(["'])([^"'\n]+)\3/g,
    (whole, word, space, quote, name) => {
      const place = placeOf(name);
      return place === undefined
        ? whole
        : `${word}${space}${quote}${place}${quote}`;
    },
  );
}
