/**
 * Whether a request comes from our own page, or from another that a browser has
 * open.
 *
 * A page elsewhere can have a browser ask us: by a name that it makes lead here
 * (DNS rebinding), or by a form, an image or a script. The browser tells by
 * `Host`, `Origin` and `Sec-Fetch-Site`, which no page can change.
 *
 * @module
 */

import { Refusal } from "./answers.ts";

/** What is looked at of a request. */
export type Asking = Pick<Request, "url" | "headers">;

/** Turns a request away that was made for another host. */
export function requireOwnHost({ url, headers }: Asking, port: number): void {
  const host = headers.get("host")?.toLowerCase() ?? "";
  const isOurs = host === `127.0.0.1:${port}` || host === `localhost:${port}`;
  if (isOurs && new URL(url).host === host) return;
  throw new Refusal(
    403,
    `This is a dashboard at 127.0.0.1:${port}, and was asked as another host`,
  );
}

/** Turns a request away that another page has made. */
export function requireOwnPage({ headers }: Asking): void {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  const isOther = origin !== null && origin !== ownOrigin(headers);
  if (
    !isOther && (site === null || site === "same-origin" || site === "none")
  ) {
    return;
  }
  throw new Refusal(403, "Only the dashboard's own page may ask this");
}

/** Turns a change away that our own page has not asked for. */
export function requireOwnChange(request: Asking): void {
  requireOwnPage(request);
  const { headers } = request;
  if (headers.get("origin") !== ownOrigin(headers)) {
    throw new Refusal(
      403,
      "Only the dashboard's own page may change anything: the header Origin is not its own",
    );
  }
  const type = headers.get("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new Refusal(
      403,
      "Cannot change anything: the header Content-Type is not application/json",
    );
  }
}

/** True for a person who follows a link of another page to this one. */
export function isFollowedLink({ headers }: Asking): boolean {
  const site = headers.get("sec-fetch-site");
  return headers.get("sec-fetch-mode") === "navigate" &&
    headers.get("sec-fetch-dest") === "document" &&
    (site === "cross-site" || site === "same-site");
}

/** To be asked of a request that has our own host. */
function ownOrigin(headers: Headers): string {
  return `http://${headers.get("host")?.toLowerCase()}`;
}
