import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  asModule,
  assetAt,
  PAGE,
  STYLE_PATH,
} from "../../../dashboard/server/assets.ts";
import { PAGE_FILES } from "../../../dashboard/server/page_files.js";

Deno.test("assetAt() has the page, its style and what both of them load", () => {
  const page = assetAt(PAGE)!;
  const loaded = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)]
    .map(([, path]) => path!);

  assertEquals(page.type, "text/html; charset=utf-8");
  assertEquals(assetAt(STYLE_PATH)?.type, "text/css; charset=utf-8");
  assert(loaded.includes("/app/app.ts"));
  assertEquals(loaded.filter((path) => !assetAt(path)), []);
});

Deno.test("assetAt() says what each file is", () => {
  assertEquals(
    ["/app/app.ts", "/app/icon.svg", "/vendor/uplot.css", "/vendor/htm.js"]
      .map((path) => assetAt(path)?.type),
    [
      "text/javascript; charset=utf-8",
      "image/svg+xml",
      "text/css; charset=utf-8",
      "text/javascript; charset=utf-8",
    ],
  );
});

Deno.test("assetAt() has nothing but what is listed", () => {
  assertEquals(
    [
      "",
      "/",
      "/app/",
      "/app",
      "/app/index.html",
      "/app/../server/router.ts",
      "/app/./style.css",
      "/app/style.css/",
      "/APP/style.css",
      "/app/style.css\0",
      "/app/deno.json",
      "/vendor/../app/style.css",
      "/main.ts",
      "/etc/passwd",
      "__proto__",
      "constructor",
    ].filter((path) => assetAt(path) !== undefined),
    [],
  );
});

Deno.test("each module of the page imports only what is served", () => {
  const missing: string[] = [];
  for (const file of Object.keys(PAGE_FILES)) {
    if (!file.endsWith(".ts")) continue;
    const path = `/app/${file}`;
    const imports = assetAt(path)!.body.matchAll(
      /^(?:import\b[^"';(]*|export\b[^"';(]*\bfrom\s*)["']([^"']+)["']/gm,
    );
    for (const [, name] of imports) {
      const { pathname } = new URL(name!, `http://127.0.0.1${path}`);
      const isPath = /^\.{0,2}\//.test(name!);
      if (!isPath || !assetAt(pathname)) missing.push(`${file}: ${name}`);
    }
  }

  assertEquals(missing, []);
});

Deno.test("an ETag is the same for the same file, and another for each", () => {
  const paths = [PAGE, STYLE_PATH, "/app/app.ts", "/vendor/uplot.js"];
  const etags = paths.map((path) => assetAt(path)!.etag);

  for (const etag of etags) assertMatch(etag, /^"[0-9a-f]{32}"$/);
  assertEquals(new Set(etags).size, paths.length);
  assertEquals(paths.map((path) => assetAt(path)!.etag), etags);
});

Deno.test("asModule() takes the types away and says where packages are", () => {
  const served = asModule(
    [
      'import { html } from "htm/preact/standalone";',
      "import 'uplot';",
      'import type { Hello } from "../wire.ts";',
      'import { own } from "./own.ts";',
      "const said: Hello = own as Hello;",
      'const words = "from here";',
    ].join("\n"),
    (name) => name === "uplot" || name.startsWith("htm") ? "/v.js" : undefined,
  );
  const lines = served.split("\n").map((line) =>
    line.replaceAll(/\s+/g, " ").trim()
  );

  assertEquals(lines, [
    'import { html } from "/v.js";',
    "import '/v.js';",
    "",
    'import { own } from "./own.ts";',
    "const said = own ;",
    'const words = "from here";',
  ]);
});
