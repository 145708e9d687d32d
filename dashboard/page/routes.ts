/**
 * Which page an address means, and what that page wants to be told.
 *
 * @module
 */

import type { Topic } from "../wire.ts";

/** A page of the dashboard. */
export type PageName =
  | "services"
  | "map"
  | "logs"
  | "events"
  | "registry"
  | "pipeline";

/** What an address says. */
export interface Route {
  page: PageName;
  /** The run that is looked at; absent for the one that goes on. */
  run?: string;
  query: URLSearchParams;
}

/** What each page is called, in the order of their keys 1 to 6. */
export const PAGES: readonly { page: PageName; title: string; path: string }[] =
  [
    { page: "services", title: "Services", path: "/" },
    { page: "map", title: "Map", path: "/map" },
    { page: "logs", title: "Logs", path: "/logs" },
    { page: "events", title: "Events", path: "/events" },
    { page: "registry", title: "Registry", path: "/registry" },
    { page: "pipeline", title: "Pipeline", path: "/pipeline" },
  ];

const TOPICS: Record<PageName, Topic[]> = {
  services: ["services", "events"],
  map: ["services", "registry", "events"],
  logs: ["services", "logs"],
  events: ["services", "events"],
  registry: ["services", "registry"],
  pipeline: ["services", "runs"],
};

/** Finds the page of a path; undefined if there is none. */
export function routeOf(path: string, search: string): Route | undefined {
  const query = new URLSearchParams(search);
  const run = /^\/pipeline\/([^/]+)\/?$/.exec(path)?.[1];
  if (run !== undefined) {
    const decoded = decodedPart(run);
    return decoded === undefined
      ? undefined
      : { page: "pipeline", run: decoded, query };
  }
  const plain = path.length > 1 ? path.replace(/\/$/, "") : path;
  const found = PAGES.find((each) => each.path === plain);
  return found && { page: found.page, query };
}

/** The address of the stream for a page. */
export function streamAddress(route: Route): string {
  const topics = [...TOPICS[route.page]];
  const service = route.query.get("service");
  const named = route.query.getAll("name");
  let logs = named.length === 1 && route.page === "logs" ? named[0] : undefined;
  if (route.page === "services" && service) {
    topics.push("logs");
    logs = service;
  }
  const query = new URLSearchParams({ topics: topics.join(",") });
  if (logs !== undefined) query.set("logs", logs);
  // A comma needs no escape, and is legible so.
  return `/api/stream?${query.toString().replaceAll("%2C", ",")}`;
}

/** An address with some of its query changed; undefined or "" takes one away. */
export function withQuery(
  path: string,
  query: URLSearchParams,
  changes: Record<string, string | readonly string[] | undefined>,
): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    const values = typeof value === "string" ? [value] : value ?? [];
    for (const each of values) if (each !== "") next.append(name, each);
  }
  const text = next.toString();
  return text === "" ? path : `${path}?${text}`;
}

function decodedPart(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
