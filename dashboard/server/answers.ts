/**
 * The answers that the server gives: JSON, a small page, a refusal.
 *
 * @module
 */

import {
  Fault,
  type FaultCode,
  UsageError,
} from "../../runtime/program/errors.ts";
import { logDefect } from "../../runtime/program/log.ts";
import type { Problem } from "../wire.ts";
import { answerHeaders } from "./headers.ts";

/** Ends a request with a status and a sentence. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    message: string,
    headers: Record<string, string> = {},
  ) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** Answers with JSON. */
export function json(
  value: unknown,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: answerHeaders({
      "Content-Type": "application/json; charset=utf-8",
      ...headers,
    }),
  });
}

/** Answers a program with a sentence that says what to do. */
export function problem(
  { status, message, headers }: Pick<Refusal, "status" | "message" | "headers">,
): Response {
  return json({ error: message } satisfies Problem, status, headers);
}

/** Answers a person with a small page: a title and a sentence. */
export function smallPage(
  status: number,
  title: string,
  sentence: string,
  { headers = {}, head = "" }: {
    headers?: Record<string, string>;
    /** HTML of ours, for its head. @default {nothing} */
    head?: string;
  } = {},
): Response {
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${head}<title>${escaped(title)}</title>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(sentence)}</p>
</main>
</body>
</html>
`;
  return new Response(body, {
    status,
    headers: answerHeaders({
      "Content-Type": "text/html; charset=utf-8",
      ...headers,
    }),
  });
}

/** What the failure of a call means to who asked by HTTP. */
const STATUSES: ReadonlyMap<FaultCode, number> = new Map([
  ["invalid", 400],
  ["not_found", 404],
  ["already_exists", 409],
  ["failed_precondition", 409],
  ["aborted", 409],
  ["exhausted", 429],
  ["cancelled", 503],
  ["unavailable", 503],
  ["timed_out", 504],
]);

/** Turns what has been thrown into an answer; a defect is logged. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof UsageError) return new Refusal(400, error.message);
  if (error instanceof Fault) {
    return new Refusal(STATUSES.get(error.code) ?? 500, error.message);
  }
  logDefect("answering a page", error);
  return new Refusal(500, "The dashboard has failed: its log says more");
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (each) => ENTITIES[each]!);
}
