/**
 * Reads what a page asks for of the log.
 *
 * @module
 */

import type { LogQuery } from "../feeds/log_search.ts";
import { Refusal } from "./answers.ts";

const MAX_LIMIT = 1_000;

/** Reads the query of an address. @throws {Refusal} If a value is no number. */
export function logQuery(params: URLSearchParams): LogQuery {
  const search = params.get("search");
  const before = integer(params, "before");
  const after = integer(params, "after");
  const sinceMs = integer(params, "since");
  const limit = integer(params, "limit");
  return {
    names: params.getAll("name").filter((name) => name !== ""),
    ...(search ? { search } : {}),
    regexp: params.get("regexp") === "1",
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(limit === undefined
      ? {}
      : { limit: Math.min(Math.max(limit, 1), MAX_LIMIT) }),
  };
}

function integer(params: URLSearchParams, name: string): number | undefined {
  const text = params.get(name);
  if (text === null || text === "") return undefined;
  const number = Number(text);
  if (/^-?\d{1,16}$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new Refusal(400, `Cannot read "${name}": expected a whole number`);
}
