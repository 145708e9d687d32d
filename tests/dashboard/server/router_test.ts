import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import type { LogQuery } from "../../../dashboard/feeds/log_search.ts";
import { createActions } from "../../../dashboard/server/actions.ts";
import { Refusal } from "../../../dashboard/server/answers.ts";
import { createInvites } from "../../../dashboard/server/invites.ts";
import {
  createRouter,
  type Parts,
  type StreamRequest,
} from "../../../dashboard/server/router.ts";
import { createSessions } from "../../../dashboard/server/sessions.ts";
import type { RunRecord } from "../../../dashboard/wire.ts";
import { UsageError } from "../../../runtime/program/errors.ts";
import { divertLog } from "../../../runtime/program/log.ts";

const PORT = 4646;
const HOST = `127.0.0.1:${PORT}`;
const ORIGIN = `http://${HOST}`;
const JSON_TYPE = { "content-type": "application/json" };

const HELLO = {
  title: "a",
  version: "1.0.0",
  supervised: true,
  brokered: false,
  readOnly: false,
  command: "denizen",
  nowMs: 1,
};
const RUN: RunRecord = {
  id: "a:1",
  pid: 1,
  title: "",
  startedMs: 0,
  phase: "finished",
  batch: "auto",
  inputBytes: 0,
  recoveries: 0,
  swaps: 0,
  processes: [],
  events: [],
  samples: [],
  fromEvent: 0,
  stages: {},
  complete: true,
};

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** The value of `Host`, and the host of the address. @default {its own} */
  host?: string;
}

/** A dashboard's answers, and what it was asked to do for them. */
function dashboard(parts: Partial<Parts> = {}) {
  const invites = createInvites();
  const sessions = createSessions({ key: new Uint8Array(32), port: PORT });
  const acted: [string, string, unknown][] = [];
  const streams: StreamRequest[] = [];
  const queries: LogQuery[] = [];
  const answer = createRouter({
    port: PORT,
    invites,
    sessions,
    hello: () => HELLO,
    stream(asked) {
      streams.push(asked);
      return ReadableStream.from([new Uint8Array(1)]);
    },
    async logs(query) {
      queries.push(query);
      return await Promise.resolve({
        lines: [],
        first: 0,
        next: 0,
        before: false,
        after: false,
      });
    },
    run: (id) => id === RUN.id ? RUN : undefined,
    report: () => "<!doctype html>",
    async act(verb, name, body) {
      acted.push([verb, name, body]);
      return await Promise.resolve({ message: "Done", services: [] });
    },
    ...parts,
  });
  const cookie = sessions.create().split(";")[0]!;
  const ask = async (
    path: string,
    { method = "GET", headers = {}, body, host = HOST }: Asked = {},
  ) => {
    using _quiet = divertLog(() => {});
    return await answer(
      new Request(`http://${host || HOST}${path}`, {
        method,
        headers: { host, ...headers },
        ...(body === undefined ? {} : { body }),
      }),
    );
  };
  return {
    acted,
    streams,
    queries,
    invites,
    cookie,
    /** Asks as a browser that was not let in. */
    ask,
    /** Asks as one that was. */
    askLetIn: (path: string, { headers = {}, ...rest }: Asked = {}) =>
      ask(path, { headers: { cookie, ...headers }, ...rest }),
    /** Changes something as the page does. */
    change: (
      path: string,
      { headers = {}, body = "{}", ...rest }: Asked = {},
    ) =>
      ask(path, {
        method: "POST",
        headers: { cookie, origin: ORIGIN, ...JSON_TYPE, ...headers },
        body,
        ...rest,
      }),
  };
}

const PAGES = [
  "/",
  "/map",
  "/logs",
  "/events",
  "/registry",
  "/pipeline",
  "/pipeline/a:1",
];
const ADDRESSES = [
  "/api/hello",
  "/api/logs",
  "/api/stream",
  "/api/runs/a:1",
  "/api/runs/a:1/report",
];

/** The statuses of answers, whose bodies are let go. */
async function statuses(
  answers: Iterable<Promise<Response>>,
): Promise<number[]> {
  const all = await Promise.all(answers);
  await Promise.all(all.map(({ body }) => body?.cancel()));
  return all.map(({ status }) => status);
}

async function sentence(response: Response): Promise<string> {
  const { error } = await response.json();
  return error;
}

// Hosts

Deno.test("a request for another host is refused, whatever it asks for", async () => {
  const { ask, cookie, invites } = dashboard();
  const paths = [...PAGES, ...ADDRESSES, "/healthz", "/app/style.css"];
  const login = `/login?token=${invites.create()}`;

  for (const host of ["", "127.0.0.1:4647", "localhost", "example.com:4646"]) {
    assertEquals(
      await statuses(
        [...paths, login].map((path) =>
          ask(path, { host, headers: { cookie } })
        ),
      ),
      new Array(paths.length + 1).fill(403),
      host,
    );
  }
  // It was not used up by them.
  assertEquals((await ask(login)).status, 303);
});

// Who is let in

Deno.test("a browser that was not let in is told how to get in, wherever it asks", async () => {
  const { ask } = dashboard();
  const files = ["/app/app.ts", "/app/icon.svg", "/vendor/uplot.js"];
  const missing = ["/nothing", "/api/", "/api/nothing"];
  const all = [...PAGES, ...ADDRESSES, ...files, ...missing];
  const page = await (await ask("/")).text();

  assertEquals(
    await statuses(all.map((path) => ask(path))),
    new Array(all.length).fill(401),
  );
  assertStringIncludes(page, "dashboard&quot; prints an address");
  assertMatch(await sentence(await ask("/api/hello")), /prints an address/);
});

Deno.test("a change without a cookie is not done", async () => {
  const { change, acted } = dashboard();

  const response = await change("/api/services/a/stop", {
    headers: { cookie: "" },
  });

  assertEquals([response.status, acted], [401, []]);
});

Deno.test("anybody at this machine may ask for its health and for its style", async () => {
  const { ask } = dashboard();

  const health = await ask("/healthz");
  const style = await ask("/app/style.css");

  assertEquals([health.status, await health.text()], [200, "ok\n"]);
  assertEquals(
    [style.status, style.headers.get("content-type")],
    [200, "text/css; charset=utf-8"],
  );
});

Deno.test("a browser that was let in has each page, each address and each file", async () => {
  const { askLetIn } = dashboard();
  const all = [...PAGES, ...ADDRESSES, "/app/app.ts", "/app/style.css?v=1"];

  assertEquals(
    await statuses(all.map((path) => askLetIn(path))),
    new Array(all.length).fill(200),
  );
});

Deno.test("a link of another page has the browser ask once more, and shows nothing by itself", async () => {
  const { ask, askLetIn } = dashboard();
  const headers = {
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
  };

  const response = await ask('/logs?search="><b>&name=a', { headers });
  const text = await response.text();

  assertEquals(response.status, 200);
  assertStringIncludes(
    text,
    'content="0;url=/logs?search=%22%3E%3Cb%3E&amp;name=a"',
  );
  assertEquals(
    await statuses([
      ask("/app/app.ts", { headers }),
      ask("/api/hello", { headers }),
      askLetIn("/api/hello", { headers }),
    ]),
    [401, 403, 403],
  );
});

Deno.test("another page cannot load a part of this one, let in or not", async () => {
  const { ask, askLetIn } = dashboard();
  const paths = ["/app/app.ts", "/app/style.css", "/vendor/uplot.js"];
  const headers = { "sec-fetch-site": "cross-site" };

  assertEquals(
    await statuses([
      ...paths.map((path) => askLetIn(path, { headers })),
      ask("/app/style.css", { headers: { origin: "http://example.com" } }),
    ]),
    [403, 403, 403, 403],
  );
});

// Tokens

Deno.test("a token lets in one browser, and only once", async () => {
  const { ask, invites } = dashboard();
  const path = `/login?token=${invites.create()}`;

  const first = await ask(path);
  const second = await ask(path);
  const setCookie = first.headers.get("set-cookie")!;

  assertEquals(
    [first.status, first.headers.get("location"), second.status],
    [303, "/", 403],
  );
  assertEquals(setCookie.split("; ").slice(2).sort(), [
    "HttpOnly",
    "Path=/",
    "SameSite=Strict",
  ]);
  assertEquals(second.headers.get("set-cookie"), null);
  assertStringIncludes(await second.text(), "was opened before");
  assertEquals(
    (await ask("/", { headers: { cookie: setCookie.split(";")[0]! } })).status,
    200,
  );
});

Deno.test("a used token goes to the page where the browser was let in before", async () => {
  const { ask, askLetIn, invites } = dashboard();
  const path = `/login?token=${invites.create()}`;
  await ask(path);

  const response = await askLetIn(path);

  assertEquals(
    [
      response.status,
      response.headers.get("location"),
      response.headers.get("set-cookie"),
    ],
    [303, "/", null],
  );
});

Deno.test("nothing but a person who opens the address uses a token up", async () => {
  const { ask, invites } = dashboard();
  const path = `/login?token=${invites.create()}`;

  assertEquals(
    await statuses([
      ask(path, { method: "HEAD" }),
      ask(path, { method: "POST" }),
      ask(path, { headers: { "sec-purpose": "prefetch;prerender" } }),
      ask(path, { headers: { "purpose": "prefetch" } }),
      ask(path, { headers: { "sec-fetch-dest": "image" } }),
      ask(path, { headers: { "sec-fetch-dest": "iframe" } }),
      ask(path),
    ]),
    [403, 405, 403, 403, 403, 403, 303],
  );
});

Deno.test("wrong tokens are held back after some, and a right one still lets in", async () => {
  const { ask, invites } = dashboard();
  const wrong = ["/login", "/login?token=", "/login?token=x"];
  const tries = Array.from({ length: 11 }, (_, at) => wrong[at % 3]!);

  const told = await statuses(tries.map((path) => ask(path)));
  const last = await ask("/login?token=x");
  const right = await ask(`/login?token=${invites.create()}`);

  assertEquals(told, [...new Array(10).fill(403), 429]);
  assertEquals(
    [last.status, last.headers.get("retry-after"), right.status],
    [429, "60", 303],
  );
  assertStringIncludes(await last.text(), "Too many wrong addresses");
});

// Changes

Deno.test("a change is done as it was asked for", async () => {
  const { change, acted } = dashboard();

  const response = await change("/api/services/a%20b/scale", {
    body: '{"replicas":2}',
  });
  await change("/api/services/c/stop", { body: "" });

  assertEquals([response.status, await response.json()], [200, {
    message: "Done",
    services: [],
  }]);
  assertEquals(acted, [
    ["scale", "a b", { replicas: 2 }],
    ["stop", "c", undefined],
  ]);
});

Deno.test("a change that another page asks for is not done", async () => {
  const { ask, change, acted, cookie } = dashboard();
  const path = "/api/services/a/stop";
  const origins = [
    "",
    "null",
    "http://example.com",
    "http://127.0.0.1:4647",
    `http://localhost:${PORT}`,
  ];

  assertEquals(
    await statuses([
      ask(path, { method: "POST", headers: { cookie, ...JSON_TYPE } }),
      change(path, { headers: { "sec-fetch-site": "same-site" } }),
      ...origins.map((origin) => change(path, { headers: { origin } })),
    ]),
    new Array(7).fill(403),
  );
  assertEquals(acted, []);
});

Deno.test("a change that comes as anything but JSON is not done", async () => {
  const { change, acted } = dashboard();
  const types = ["", "text/plain", "application/x-www-form-urlencoded"];

  assertEquals(
    await statuses(
      types.map((type) =>
        change("/api/services/a/stop", { headers: { "content-type": type } })
      ),
    ),
    [403, 403, 403],
  );
  assertEquals(acted, []);
});

Deno.test("a change is not done whose body is no JSON or too large", async () => {
  const { change, acted } = dashboard();
  const path = "/api/services/a/scale";

  const [wrong, large] = [
    await change(path, { body: "{replicas:2}" }),
    await change(path, { body: `"${"x".repeat(64 * 1024)}"` }),
  ];

  assertEquals([wrong.status, large.status, acted], [400, 413, []]);
  assertMatch(await sentence(wrong), /it is no JSON$/);
  assertMatch(await sentence(large), /it has over 65536 bytes$/);
});

Deno.test("a change is asked for by POST and everything else by GET", async () => {
  const { ask, askLetIn, change, acted } = dashboard();

  const got = await askLetIn("/api/services/a/stop");

  assertEquals([got.status, got.headers.get("allow")], [405, "POST"]);
  assertEquals(
    await statuses([
      change("/api/hello"),
      change("/"),
      change("/login"),
      change("/healthz"),
      ask("/", { method: "OPTIONS" }),
      change("/api/services/a/stop", { method: "PUT" }),
      change("/api/services/a/stop", { method: "DELETE" }),
    ]),
    new Array(7).fill(405),
  );
  assertEquals(acted, []);
});

Deno.test("a dashboard that only shows refuses each change in words", async () => {
  const asked: string[] = [];
  const command = (...words: unknown[]) => {
    asked.push(words.join(" "));
    return Promise.reject(new Error("not to be asked"));
  };
  const { change } = dashboard({
    act: createActions({
      commands: {
        start: command,
        stop: command,
        restart: command,
        scale: command,
      },
      readOnly: true,
      self: "dashboard",
    }),
  });

  for (const verb of ["start", "stop", "restart", "scale"]) {
    for (const name of ["a", "dashboard"]) {
      const response = await change(`/api/services/${name}/${verb}`, {
        body: '{"replicas":1}',
      });
      assertEquals(response.status, 403);
      assertEquals(
        await sentence(response),
        `Cannot ${verb} "${name}": this dashboard only shows; "read_only" in the config says so`,
      );
    }
  }
  assertEquals(asked, []);
});

// Addresses

Deno.test("no address leads to a file that is not one of the page's", async () => {
  const { askLetIn } = dashboard();
  const paths = [
    "/app/../../etc/passwd",
    "/app/%2e%2e/%2e%2e/etc/passwd",
    "/app/..%2f..%2fetc%2fpasswd",
    "/app/..%5c..%5cetc",
    "/app/%252e%252e/main.ts",
    "/app/style.css%00",
    "/app/style.css%00.ts",
    "/app/",
    "/app//style.css",
    "//app/style.css",
    "//example.com/",
    "/index.html/",
    "/APP/style.css",
    "/main.ts",
    "/pipeline/a/b",
    "/pipeline/..%2f",
    "/api",
    "/api/",
    "/api/runs/",
    "/api/runs/..%2f..%2fetc",
    "/api/runs/a:1%00",
    "/api/services/a/delete",
    "/api/services/a/b/stop",
    "/__proto__",
    "/app/constructor",
  ];
  const answers = await statuses(paths.map((path) => askLetIn(path)));

  assertEquals(paths.filter((_, at) => answers[at] !== 404), []);
});

Deno.test("an address that cannot be read or is too long is refused in words", async () => {
  const { askLetIn, change } = dashboard();

  const wrong = await change("/api/services/%E0%A4%A/stop");
  const long = await askLetIn(`/api/logs?search=${"x".repeat(8 * 1024)}`);

  assertEquals([wrong.status, long.status], [400, 414]);
  assertMatch(await sentence(wrong), /wrongly encoded$/);
  assertMatch(await sentence(long), /too long$/);
});

Deno.test("a run that nobody knows is not found, and a report is kept as a file", async () => {
  const { askLetIn } = dashboard();

  const report = await askLetIn("/api/runs/a:1/report");

  assertEquals((await askLetIn("/api/runs/b")).status, 404);
  assertEquals(
    report.headers.get("content-disposition"),
    'attachment; filename="run-a-1.html"',
  );
  assertEquals(await report.text(), "<!doctype html>");
});

Deno.test("the log is asked for what the address says", async () => {
  const { askLetIn, queries } = dashboard();

  await askLetIn("/api/logs");
  await askLetIn(
    "/api/logs?name=a&name=b&name=&search=x%2B&regexp=1&since=5&before=9&limit=7",
  );
  await askLetIn("/api/logs?after=3&limit=1000000");
  await askLetIn("/api/logs?limit=0");

  assertEquals(queries, [
    { names: [], regexp: false },
    {
      names: ["a", "b"],
      search: "x+",
      regexp: true,
      sinceMs: 5,
      before: 9,
      limit: 7,
    },
    { names: [], regexp: false, after: 3, limit: 1_000 },
    { names: [], regexp: false, limit: 1 },
  ]);
});

Deno.test("a search of the log that is wrong is refused in words", async () => {
  const { askLetIn, queries } = dashboard();
  const { askLetIn: askWrong } = dashboard({
    logs: () => Promise.reject(new UsageError("Cannot search the log: no")),
  });

  for (const value of ["x", "1.5", "1e3", "0x1", " 1", "9".repeat(16)]) {
    const response = await askLetIn(
      `/api/logs?before=${encodeURIComponent(value)}`,
    );
    assertEquals(
      [response.status, await sentence(response)],
      [400, 'Cannot read "before": expected a whole number'],
    );
  }
  const response = await askWrong("/api/logs?search=(&regexp=1");

  assertEquals(queries, []);
  assertEquals(
    [response.status, await sentence(response)],
    [400, "Cannot search the log: no"],
  );
});

Deno.test("a stream is opened for the topics that are asked for", async () => {
  const { askLetIn, streams } = dashboard();
  const wrong = ["?topics=", "?topics=logs,passwords", "?topics=LOGS"];

  const answers = await statuses([
    askLetIn("/api/stream"),
    askLetIn("/api/stream?topics=runs,logs&logs=a", {
      headers: { "last-event-id": "x.1" },
    }),
    askLetIn("/api/stream", { method: "HEAD" }),
    ...wrong.map((query) => askLetIn(`/api/stream${query}`)),
  ]);

  assertEquals(answers, [200, 200, 200, 400, 400, 400]);
  assertEquals(streams, [
    {
      topics: ["services", "events", "logs", "registry", "runs"],
      scopes: {},
      lastEventId: null,
    },
    {
      topics: ["logs", "runs"],
      scopes: { logs: "a" },
      lastEventId: "x.1",
    },
  ]);
});

Deno.test("one page too many is told when to come back", async () => {
  const { askLetIn } = dashboard({
    stream() {
      throw new Refusal(503, "Cannot open a stream", { "Retry-After": "10" });
    },
  });

  const response = await askLetIn("/api/stream");

  assertEquals(
    [response.status, response.headers.get("retry-after")],
    [503, "10"],
  );
});

// Answers

Deno.test("each answer has the headers that keep other pages out", async () => {
  const { ask, askLetIn, change, invites } = dashboard({
    hello() {
      throw new Error("a defect");
    },
  });
  const etag = (await askLetIn("/")).headers.get("etag")!;
  const asked: [number, Promise<Response>][] = [
    [200, ask("/healthz")],
    [200, ask("/app/style.css")],
    [200, askLetIn("/")],
    [200, askLetIn("/", { method: "HEAD" })],
    [304, askLetIn("/", { headers: { "if-none-match": etag } })],
    [200, askLetIn("/app/app.ts")],
    [200, askLetIn("/api/logs")],
    [200, askLetIn("/api/stream")],
    [200, askLetIn("/api/runs/a:1")],
    [200, askLetIn("/api/runs/a:1/report")],
    [200, change("/api/services/a/stop")],
    [303, ask(`/login?token=${invites.create()}`)],
    [303, askLetIn("/login?token=x")],
    [400, askLetIn("/api/logs?before=x")],
    [401, ask("/")],
    [401, ask("/api/hello")],
    [403, ask("/", { host: "example.com" })],
    [403, ask("/api/logs", { host: "example.com" })],
    [403, ask("/login?token=x")],
    [404, askLetIn("/nothing")],
    [404, askLetIn("/api/nothing")],
    [405, ask("/", { method: "POST" })],
    [500, askLetIn("/api/hello")],
  ];

  assertEquals(
    await statuses(asked.map(([, answer]) => answer)),
    asked.map(([status]) => status),
  );
  for (const [, answer] of asked) {
    const { url, headers } = await answer;
    const policy = headers.get("content-security-policy") ?? "";
    const said = `${url}: ${policy}`;
    for (
      const part of [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
      ]
    ) assert(policy.split("; ").includes(part), said);
    assert(!policy.includes("unsafe"), said);
    assertEquals(
      [
        "x-content-type-options",
        "referrer-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "access-control-allow-origin",
      ].map((name) => headers.get(name)),
      ["nosniff", "no-referrer", "same-origin", "same-origin", null],
    );
  }
});

Deno.test("what is told of somebody stays in no cache, and a file is asked for again", async () => {
  const { ask, askLetIn } = dashboard();
  const cached = async (answer: Promise<Response>) =>
    (await answer).headers.get("cache-control");

  assertEquals(
    [
      await cached(ask("/")),
      await cached(ask("/login")),
      await cached(askLetIn("/api/hello")),
      await cached(askLetIn("/api/logs?before=x")),
    ],
    ["no-store", "no-store", "no-store", "no-store"],
  );
  assertEquals(await cached(askLetIn("/app/app.ts")), "no-cache");
});

Deno.test("a HEAD has the headers of a GET, and nothing else", async () => {
  const { askLetIn } = dashboard();

  for (const path of ["/", "/healthz", "/app/app.ts", "/api/hello"]) {
    const get = await askLetIn(path);
    const head = await askLetIn(path, { method: "HEAD" });

    assertEquals([head.status, await head.text()], [get.status, ""]);
    assertEquals([...head.headers], [...get.headers]);
  }
});

Deno.test("a browser that has a file already is not sent it again", async () => {
  const { askLetIn } = dashboard();
  const first = await askLetIn("/app/app.ts");
  const etag = first.headers.get("etag")!;

  const again = await askLetIn("/app/app.ts", {
    headers: { "if-none-match": etag },
  });
  const other = await askLetIn("/app/app.ts", {
    headers: { "if-none-match": '"other"' },
  });

  assertEquals([again.status, again.body], [304, null]);
  assertEquals([other.status, other.headers.get("etag")], [200, etag]);
});

Deno.test("a failure of the dashboard itself is told without what it was", async () => {
  const { askLetIn } = dashboard({
    hello() {
      throw new Error("of nobody's concern");
    },
  });

  const response = await askLetIn("/api/hello");

  assertEquals(
    [response.status, await sentence(response)],
    [500, "The dashboard has failed: its log says more"],
  );
});
