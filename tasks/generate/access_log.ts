/**
 * Makes the access log of a web server up, a line of JSON for each answer. The
 * same options always give the same bytes.
 *
 * Each line takes five random draws in a fixed order: time, route, status, bytes,
 * duration.
 *
 * @module
 */

/** What an access log is made of. */
export interface AccessLogOptions {
  /** How many lines. */
  count: number;
  /** Gives numbers from 0 to below 1. */
  random: () => number;
  /** When the first line can be, in milliseconds since 1970. */
  startMs: number;
}

/** Routes, the most frequent first: the k-th has 1/k of the draws of the first. */
const ROUTES = [
  ["GET", "/"],
  ["GET", "/search"],
  ["GET", "/items"],
  ["GET", "/items/:id"],
  ["POST", "/cart"],
  ["GET", "/cart"],
  ["POST", "/login"],
  ["GET", "/account"],
  ["POST", "/checkout"],
  ["GET", "/orders"],
  ["GET", "/orders/:id"],
  ["DELETE", "/cart/:id"],
  ["GET", "/help"],
  ["POST", "/reviews"],
  ["GET", "/reviews"],
  ["GET", "/health"],
] as const;

/** Of a hundred answers, how many have each status. */
const STATUSES = [[200, 88], [304, 6], [404, 4], [500, 1], [503, 1]] as const;

/** The shortest answer takes so many hundredths of a millisecond. */
const SHORTEST = 150;
/** No answer takes longer, in hundredths of a millisecond. */
const LONGEST = 3_000_000;
const MOST_BYTES = 100_000;

/** Gives the lines one by one, each with its line end. */
export function* accessLogLines(
  { count, random, startMs }: AccessLogOptions,
): Generator<string, void> {
  const weights = ROUTES.map((_, at) => 1 / (at + 1));
  const all = weights.reduce((sum, each) => sum + each, 0);
  const routeOf = (draw: number) => {
    let left = draw * all;
    let at = 0;
    while (at < weights.length - 1 && left >= weights[at]!) {
      left -= weights[at]!;
      at++;
    }
    return at;
  };
  const statusOf = (draw: number) => {
    let left = draw * 100;
    const found = STATUSES.find(([, share]) => (left -= share) < 0);
    return (found ?? STATUSES[0])[0];
  };
  let atMs = startMs;
  for (let line = 0; line < count; line++) {
    atMs += Math.floor(random() * 20);
    const at = routeOf(random());
    const [method, route] = ROUTES[at]!;
    const status = statusOf(random());
    const bytes = status === 304 ? 0 : Math.floor(random() * MOST_BYTES);
    if (status === 304) random();
    // Most are short and few are very long, as a Pareto distribution has it; a
    // square root gives the same bits on every machine.
    const hundredths = Math.min(
      LONGEST,
      Math.floor(SHORTEST * (at + 1) / Math.sqrt(1 - random())),
    );
    yield `{"time":"${new Date(atMs).toISOString()}","method":"${method}"` +
      `,"route":"${route}","status":${status},"bytes":${bytes}` +
      `,"ms":${hundredths / 100}}\n`;
  }
}
