/**
 * Reads what a page has sent: so much, and within so much time.
 *
 * @module
 */

import { Refusal } from "./answers.ts";

/** Options for {@linkcode readJson}. */
export interface BodyOptions {
  /** How much it may be, in bytes. @default {64 KiB} */
  maxBytes?: number;
  /** How long it may take, in milliseconds. @default {10_000} */
  withinMs?: number;
}

/**
 * Reads a body of JSON; undefined where there is none.
 *
 * @throws {Refusal} If it is too much, too slow or no JSON.
 */
export async function readJson(
  { headers, body }: Pick<Request, "headers" | "body">,
  { maxBytes = 64 * 1024, withinMs = 10_000 }: BodyOptions = {},
): Promise<unknown> {
  const tooMuch = () =>
    new Refusal(
      413,
      `Cannot read what was sent: it has over ${maxBytes} bytes`,
    );
  if (Number(headers.get("content-length") ?? 0) > maxBytes) throw tooMuch();
  if (body === null) return undefined;
  const reader = body.getReader();
  const late = Promise.withResolvers<"late">();
  const timer = setTimeout(() => late.resolve("late"), withinMs);
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const next = await Promise.race([reader.read(), late.promise]);
      if (next === "late") {
        throw new Refusal(408, "Cannot read what was sent: it takes too long");
      }
      if (next.done) break;
      size += next.value.length;
      if (size > maxBytes) throw tooMuch();
      parts.push(next.value);
    }
  } catch (error) {
    reader.cancel().catch(() => {}); // who sent it may have left already
    throw error instanceof Refusal
      ? error
      : new Refusal(400, "Cannot read what was sent: it has broken off");
  } finally {
    clearTimeout(timer);
  }
  if (size === 0) return undefined;
  return parse(parts);
}

function parse(parts: readonly Uint8Array[]): unknown {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    const text = parts.map((part) => decoder.decode(part, { stream: true }));
    return JSON.parse(text.join("") + decoder.decode());
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) {
      throw new Refusal(400, "Cannot read what was sent: it is no JSON");
    }
    throw error;
  }
}
