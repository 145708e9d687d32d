import { assertEquals } from "@std/assert";
import { Refusal } from "../../../dashboard/server/answers.ts";
import {
  isFollowedLink,
  requireOwnChange,
  requireOwnHost,
  requireOwnPage,
} from "../../../dashboard/server/origin.ts";

const PORT = 4646;
const HOST = `127.0.0.1:${PORT}`;
const ORIGIN = `http://${HOST}`;

function asking(headers: Record<string, string>, url = `${ORIGIN}/`) {
  return { url, headers: new Headers(headers) };
}

/** What becomes of a request: the status it is refused with, or "goes on". */
function outcome(look: () => void): number | "goes on" {
  try {
    look();
    return "goes on";
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.status;
  }
}

Deno.test("requireOwnHost() takes its own address, by number or as localhost", () => {
  const hosts = [HOST, `localhost:${PORT}`, `LocalHost:${PORT}`];

  assertEquals(
    hosts.map((host) =>
      outcome(() => requireOwnHost(asking({ host }, `http://${host}/`), PORT))
    ),
    ["goes on", "goes on", "goes on"],
  );
});

Deno.test("requireOwnHost() refuses any other name, port and way to write it", () => {
  const hosts = [
    "",
    "127.0.0.1",
    "localhost",
    "127.0.0.1:4647",
    "localhost:80",
    `example.com:${PORT}`,
    `127.0.0.1.example.com:${PORT}`,
    `localhost.example.com:${PORT}`,
    `localhost.:${PORT}`,
    `0.0.0.0:${PORT}`,
    `127.1:${PORT}`,
    `127.0.0.2:${PORT}`,
    `[::1]:${PORT}`,
    `${HOST}, example.com`,
    `user@${HOST}`,
  ];

  assertEquals(
    hosts.filter((host) =>
      outcome(() => requireOwnHost(asking({ host }), PORT)) !== 403
    ),
    [],
  );
  assertEquals(outcome(() => requireOwnHost(asking({}), PORT)), 403);
});

Deno.test("requireOwnHost() refuses an address of another host than the header's", () => {
  assertEquals(
    [`http://example.com:${PORT}/`, `http://localhost:${PORT}/`].map((url) =>
      outcome(() => requireOwnHost(asking({ host: HOST }, url), PORT))
    ),
    [403, 403],
  );
});

Deno.test("requireOwnPage() lets through what its own page asks, and what is no page", () => {
  const asked = [
    {},
    { origin: ORIGIN },
    { "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
    { origin: ORIGIN, "sec-fetch-site": "same-origin" },
  ];

  assertEquals(
    asked.filter((headers) =>
      outcome(() =>
        requireOwnPage(
          asking({ host: HOST, ...headers } as Record<string, string>),
        )
      ) !== "goes on"
    ),
    [],
  );
});

Deno.test("requireOwnPage() refuses what another page asks", () => {
  const asked = [
    { origin: "null" },
    { origin: "" },
    { origin: "http://example.com" },
    { origin: "http://127.0.0.1:4647" },
    { origin: `https://${HOST}` },
    { origin: `${ORIGIN}/` },
    // A page at the other of its two names is another page.
    { origin: `http://localhost:${PORT}` },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: ORIGIN, "sec-fetch-site": "cross-site" },
  ];

  assertEquals(
    asked.filter((headers) =>
      outcome(() =>
        requireOwnPage(
          asking({ host: HOST, ...headers } as Record<string, string>),
        )
      ) !== 403
    ),
    [],
  );
});

Deno.test("requireOwnChange() wants to be told that its own page has sent JSON", () => {
  const change = (origin: string | undefined, type: string | undefined) =>
    outcome(() =>
      requireOwnChange(asking({
        host: HOST,
        ...(origin === undefined ? {} : { origin }),
        ...(type === undefined ? {} : { "content-type": type }),
      }))
    );

  assertEquals(
    [
      change(ORIGIN, "application/json"),
      change(ORIGIN, "Application/JSON; charset=utf-8"),
    ],
    ["goes on", "goes on"],
  );
  assertEquals(
    [undefined, "null", "http://example.com", "http://127.0.0.1:4647"]
      .map((origin) => change(origin, "application/json")),
    [403, 403, 403, 403],
  );
  // A form of another page can send the first three.
  assertEquals(
    [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "text/plain; application/json",
      "application/jsonp",
      "",
      undefined,
    ].map((type) => change(ORIGIN, type)),
    [403, 403, 403, 403, 403, 403, 403],
  );
});

Deno.test("isFollowedLink() is true of a page that is opened from another one, of no part of it", () => {
  const from = (site: string, mode = "navigate", dest = "document") =>
    isFollowedLink(asking({
      "sec-fetch-site": site,
      "sec-fetch-mode": mode,
      "sec-fetch-dest": dest,
    }));

  assertEquals([from("cross-site"), from("same-site")], [true, true]);
  assertEquals(
    [
      from("same-origin"),
      from("none"),
      from("cross-site", "no-cors"),
      from("cross-site", "navigate", "iframe"),
      isFollowedLink(asking({})),
    ],
    [false, false, false, false, false],
  );
});
