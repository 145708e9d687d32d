/**
 * Asks the server of the dashboard, and tells failures in sentences.
 *
 * @module
 */

import type {
  ActionOutcome,
  Hello,
  LogPage,
  Problem,
  RunRecord,
} from "../wire.ts";

/** The server has answered that it cannot, and why. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly status: number;

  /** @param status The status of HTTP; 0 if there was no answer. */
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** What is done with a service. */
export type Action = "start" | "stop" | "restart" | "scale";

/** Which lines are wanted. */
export interface LogQuery {
  names: readonly string[];
  search?: string;
  regexp?: boolean;
  sinceMs?: number;
  /** Only lines with a lower number, the newest of them. */
  before?: number;
  /** Only lines with a higher number, the oldest of them. */
  after?: number;
  limit: number;
}

/** Whom the page looks at. */
export function getHello(signal?: AbortSignal): Promise<Hello> {
  return ask<Hello>("/api/hello", signal ? { signal } : {});
}

/** A run with all that is known of it. */
export function getRun(id: string, signal?: AbortSignal): Promise<RunRecord> {
  return ask<RunRecord>(
    `/api/runs/${encodeURIComponent(id)}`,
    signal ? { signal } : {},
  );
}

/** A page of lines, oldest first. */
export function getLogs(
  { names, search, regexp, sinceMs, before, after, limit }: LogQuery,
  signal?: AbortSignal,
): Promise<LogPage> {
  const query = new URLSearchParams();
  for (const name of names) query.append("name", name);
  if (search) query.set("search", search);
  if (search && regexp) query.set("regexp", "1");
  if (sinceMs !== undefined) query.set("since", String(Math.floor(sinceMs)));
  if (before !== undefined) query.set("before", String(before));
  if (after !== undefined) query.set("after", String(after));
  query.set("limit", String(limit));
  return ask<LogPage>(`/api/logs?${query}`, signal ? { signal } : {});
}

/**
 * Starts, stops, restarts or scales a service.
 *
 * @throws {Refusal} In words, if that did not work.
 */
export function act(
  service: string,
  action: Action,
  replicas?: number,
): Promise<ActionOutcome> {
  return ask<ActionOutcome>(
    `/api/services/${encodeURIComponent(service)}/${action}`,
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(action === "scale" ? { replicas } : {}),
    },
  );
}

async function ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
  let response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") {
      throw error;
    }
    throw new Refusal("The dashboard does not answer.", 0);
  }
  if (response.ok) return await response.json();
  throw new Refusal(await reasonOf(response), response.status);
}

async function reasonOf(response: Response): Promise<string> {
  try {
    const { error }: Problem = await response.json();
    if (typeof error === "string" && error !== "") return error;
  } catch {
    // Not an answer of ours: the status is all there is to tell.
  }
  return `The dashboard answered with status ${response.status}.`;
}
