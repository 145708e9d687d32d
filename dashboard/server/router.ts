/**
 * Who is answered what.
 *
 * Each request is first asked whether it comes from where it may: by its host,
 * its cookie and, for what programs ask, by the page that has made it. What is
 * not listed here is not there.
 *
 * @module
 */

import { commandFor } from "../../runtime/program/command_name.ts";
import { log } from "../../runtime/program/log.ts";
import type { Hello, LogPage, RunRecord, Topic } from "../wire.ts";
import type { LogQuery } from "../feeds/log_search.ts";
import type { Act, Verb } from "./actions.ts";
import { VERBS } from "./actions.ts";
import { asRefusal, json, problem, Refusal, smallPage } from "./answers.ts";
import { assetAt, PAGE, STYLE_PATH } from "./assets.ts";
import { readJson } from "./body.ts";
import { answerHeaders } from "./headers.ts";
import type { Invites } from "./invites.ts";
import { logQuery } from "./log_query.ts";
import {
  isFollowedLink,
  requireOwnChange,
  requireOwnHost,
  requireOwnPage,
} from "./origin.ts";
import type { Sessions } from "./sessions.ts";

/** What the answers are made of. */
export interface Parts {
  port: number;
  invites: Pick<Invites, "redeem">;
  sessions: Sessions;
  hello(): Hello;
  /**
   * Opens a stream.
   *
   * @throws {Refusal} If too many are open.
   */
  stream(asked: StreamRequest): ReadableStream<Uint8Array<ArrayBuffer>>;
  logs(query: LogQuery): Promise<LogPage>;
  run(id: string): RunRecord | undefined;
  /** The page of a run that can be kept, as HTML. */
  report(run: RunRecord): string;
  act: Act;
}

/** What a page wants to be told. */
export interface StreamRequest {
  topics: Topic[];
  scopes: Partial<Record<Topic, string>>;
  lastEventId: string | null;
}

/** Answers requests; never throws. */
export type Handler = (request: Request) => Promise<Response>;

const TOPICS: readonly Topic[] = [
  "services",
  "events",
  "logs",
  "registry",
  "runs",
];

/** The routes of the page; it finds out by itself which one it is. */
const PAGES = /^\/(?:map|logs|events|registry|pipeline(?:\/[\w.:-]{1,200})?)?$/;
const ACTION = new RegExp(`^/api/services/([^/]{1,200})/(${VERBS.join("|")})$`);
const RUN = /^\/api\/runs\/([\w.:-]{1,200})(\/report)?$/;

/** An address that is longer asks for nothing that is here, in characters. */
const MAX_ADDRESS = 8 * 1024;
/** So many wrong tokens in a minute are told of one by one. */
const MAX_WRONG = 10;
const MINUTE_MS = 60_000;

/** Makes the handler of a dashboard. */
export function createRouter(parts: Parts): Handler {
  const { port, sessions } = parts;
  const login = createLogin(parts);

  const api = async (request: Request, url: URL): Promise<Response> => {
    requireOwnPage(request);
    if (!sessions.isValid(request.headers.get("cookie"))) {
      throw new Refusal(401, notLetIn());
    }
    const action = ACTION.exec(url.pathname);
    if (action) {
      requireMethod(request, "POST");
      requireOwnChange(request);
      const name = decoded(action[1]!);
      const verb = action[2] as Verb;
      const body = await readJson(request);
      return json(await parts.act(verb, name, body));
    }
    requireMethod(request, "GET", "HEAD");
    const run = RUN.exec(url.pathname);
    if (run) {
      const record = parts.run(run[1]!);
      if (!record) {
        throw new Refusal(404, "Cannot show the run: it is not known");
      }
      return run[2] ? download(record, parts.report(record)) : json(record);
    }
    switch (url.pathname) {
      case "/api/hello":
        return json(parts.hello());
      case "/api/logs":
        return json(await parts.logs(logQuery(url.searchParams)));
      case "/api/stream":
        // Somebody who wants no body would hold a stream that nobody reads.
        if (request.method === "HEAD") return eventStream(null);
        return eventStream(parts.stream(streamRequest(request, url)));
    }
    throw new Refusal(404, "Cannot answer: there is no such address");
  };

  const page = (request: Request, url: URL): Response => {
    requireMethod(request, "GET", "HEAD");
    const path = PAGES.test(url.pathname) ? PAGE : url.pathname;
    const asset = assetAt(path);
    if (
      path !== STYLE_PATH && !sessions.isValid(request.headers.get("cookie"))
    ) {
      if (path === PAGE && isFollowedLink(request)) return onceMore(url);
      throw new Refusal(401, notLetIn());
    }
    if (!asset) throw new Refusal(404, "There is no such page");
    if (path !== PAGE) requireOwnPage(request);
    const headers = {
      "Content-Type": asset.type,
      "Cache-Control": "no-cache",
      "ETag": asset.etag,
    };
    const isKnown = request.headers.get("if-none-match") === asset.etag;
    return isKnown
      ? new Response(null, { status: 304, headers: answerHeaders(headers) })
      : new Response(asset.body, { headers: answerHeaders(headers) });
  };

  const answer = (request: Request, url: URL): Promise<Response> | Response => {
    requireOwnHost(request, port);
    if (request.url.length > MAX_ADDRESS) {
      throw new Refusal(414, "Cannot answer: the address is too long");
    }
    if (url.pathname === "/healthz") {
      requireMethod(request, "GET", "HEAD");
      return new Response("ok\n", {
        headers: answerHeaders({ "Content-Type": "text/plain; charset=utf-8" }),
      });
    }
    if (url.pathname === "/login") return login(request, url);
    return url.pathname.startsWith("/api/")
      ? api(request, url)
      : page(request, url);
  };

  return async (request) => {
    const url = new URL(request.url);
    try {
      const response = await answer(request, url);
      return request.method === "HEAD" ? withoutBody(response) : response;
    } catch (error) {
      const refusal = asRefusal(error);
      // What it still sends is not read.
      request.body?.cancel().catch(() => {});
      if (url.pathname.startsWith("/api/")) return problem(refusal);
      return smallPage(
        refusal.status,
        titleOf(refusal.status),
        refusal.message,
        {
          headers: refusal.headers,
          head: STYLE_LINK,
        },
      );
    }
  };
}

/** Lets in who has a token that nobody has used. */
function createLogin({ invites, sessions }: Parts) {
  let wrong = 0;
  let sinceMs = -Infinity;
  return (request: Request, url: URL): Response => {
    requireMethod(request, "GET", "HEAD");
    const { headers } = request;
    // What a browser fetches beforehand, or loads as a part of another page, is
    // not a person who opens the address.
    const isPerson =
      (headers.get("sec-fetch-dest") ?? "document") === "document" &&
      !/prefetch/i.test(
        headers.get("sec-purpose") ?? headers.get("purpose") ?? "",
      );
    if (request.method === "HEAD" || !isPerson) {
      throw new Refusal(403, "This address is to be opened in a browser");
    }
    if (invites.redeem(url.searchParams.get("token") ?? "")) {
      log("Let in a browser");
      return new Response(null, {
        status: 303,
        headers: answerHeaders({
          "Location": "/",
          "Set-Cookie": sessions.create(),
        }),
      });
    }
    // Whoever opens the address again where it has let in is there already.
    if (sessions.isValid(headers.get("cookie"))) {
      return new Response(null, {
        status: 303,
        headers: answerHeaders({ "Location": "/" }),
      });
    }
    // A right one is let in even then: else any page could lock its user out.
    const nowMs = performance.now();
    if (nowMs - sinceMs > MINUTE_MS) [wrong, sinceMs] = [0, nowMs];
    wrong++;
    if (wrong > MAX_WRONG) {
      throw new Refusal(429, `Too many wrong addresses. ${howToGetIn()}`, {
        "Retry-After": "60",
      });
    }
    log("Refused a browser: its token is wrong, used or too old");
    throw new Refusal(
      403,
      `This address is wrong, or was opened before: each lets in one browser, once. ${howToGetIn()}`,
    );
  };
}

function notLetIn(): string {
  return `This browser was not let in yet. ${howToGetIn()}`;
}

function howToGetIn(): string {
  return `"${commandFor("dashboard")}" prints an address that lets it in.`;
}

const STYLE_LINK = `<link rel="icon" href="data:,">
<link rel="stylesheet" href="${STYLE_PATH}">
`;

/**
 * Has a browser ask once more, by itself: it keeps our cookie back where another
 * page has led to us.
 */
function onceMore({ pathname, search }: URL): Response {
  const path = `${pathname}${search}`.replaceAll(
    /[^\w/?=.:%+-]/g,
    (each) => each === "&" ? "&amp;" : encodeURIComponent(each),
  );
  return smallPage(200, "Denizen", "One moment.", {
    head: `${STYLE_LINK}<meta http-equiv="refresh" content="0;url=${path}">\n`,
  });
}

function streamRequest(request: Request, { searchParams }: URL): StreamRequest {
  const asked = new Set(
    (searchParams.get("topics") ?? TOPICS.join(",")).split(","),
  );
  const topics = TOPICS.filter((topic) => asked.delete(topic));
  const [unknown] = asked;
  if (unknown !== undefined || topics.length === 0) {
    throw new Refusal(
      400,
      `Cannot open a stream: expected topics among ${TOPICS.join(", ")}`,
    );
  }
  const logs = searchParams.get("logs");
  return {
    topics,
    scopes: logs ? { logs: logs.slice(0, MAX_NAME) } : {},
    lastEventId: request.headers.get("last-event-id"),
  };
}

/** No name of a service is longer, in characters. */
const MAX_NAME = 200;

function eventStream(
  body: ReadableStream<Uint8Array<ArrayBuffer>> | null,
): Response {
  return new Response(body, {
    headers: answerHeaders({
      "Content-Type": "text/event-stream; charset=utf-8",
    }),
  });
}

function download({ id }: RunRecord, html: string): Response {
  return new Response(html, {
    headers: answerHeaders({
      "Content-Type": "text/html; charset=utf-8",
      "Content-Disposition": `attachment; filename="run-${
        id.replaceAll(/[^\w.-]/g, "-")
      }.html"`,
    }),
  });
}

function requireMethod({ method }: Request, ...allowed: string[]): void {
  if (allowed.includes(method)) return;
  throw new Refusal(
    405,
    `Cannot answer ${method}: expected ${allowed.join(" or ")}`,
    {
      "Allow": allowed.join(", "),
    },
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new Refusal(400, "Cannot read the address: it is wrongly encoded");
  }
}

function withoutBody({ status, headers }: Response): Response {
  return new Response(null, { status, headers });
}

function titleOf(status: number): string {
  switch (status) {
    case 401:
      return "Not let in";
    case 404:
      return "Not found";
    case 429:
      return "Too many";
    default:
      return status < 500 ? "Refused" : "Failed";
  }
}
