/**
 * The headers of every answer.
 *
 * The page runs only what this server serves and asks only this server; no other
 * page may frame it, read it or load parts of it, and no address of it is passed
 * on.
 *
 * @module
 */

/** What the page may load, and from where. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** What each answer has, unless it says something else. */
const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": POLICY,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

/** Returns the headers of an answer. @param own What it says besides. */
export function answerHeaders(own: Record<string, string> = {}): Headers {
  return new Headers({ ...HEADERS, ...own });
}
